import { describe, expect, it } from 'vitest';
import { Flight } from '../../../src/lab/producer/flight.js';

const never = new AbortController().signal;

/** A promise, and how to settle it. */
function sending() {
  let land: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    land = resolve;
    fail = reject;
  });
  return { promise, land: () => land(), fail: (error: unknown) => fail(error) };
}

describe('what a producer has under way', () => {
  it('is bounded', async () => {
    const flight = new Flight(10, never);
    expect([flight.placesFor(1), flight.placesFor(3)]).toEqual([10, 3]);
    const [one, two] = [sending(), sending()];
    flight.track(7, one.promise);
    expect([flight.placesFor(1), flight.placesFor(3), flight.placesFor(4)]).toEqual([3, 1, 0]);
    flight.track(3, two.promise);
    expect(flight.placesFor(1)).toBe(0);
    const landed = flight.landed();
    two.land();
    await landed;
    expect(flight.placesFor(1)).toBe(3);
  });

  it('may be one message with more copies than the bound, alone', () => {
    const flight = new Flight(10, never);
    expect(flight.placesFor(20)).toBe(1);
    flight.track(20, sending().promise);
    expect(flight.placesFor(20)).toBeLessThan(1);
  });

  it('has landed when all of it has', async () => {
    const flight = new Flight(10, never);
    const [one, two] = [sending(), sending()];
    flight.track(1, one.promise);
    flight.track(1, two.promise);
    let over = false;
    const all = flight.allLanded().then(() => {
      over = true;
    });
    one.land();
    await flight.landed();
    expect(over).toBe(false);
    two.land();
    await all;
    await flight.allLanded();
  });

  it('is over when the producer is to finish, whatever is under way', async () => {
    const finish = new AbortController();
    const flight = new Flight(10, finish.signal);
    flight.track(1, sending().promise);
    const landed = flight.landed();
    finish.abort();
    await landed;
    await flight.landed();
    await flight.allLanded();
    expect(flight.over.aborted).toBe(true);
    expect(new Flight(1, finish.signal).over.aborted).toBe(true);
  });

  it('is over, and says why, when something goes wrong', async () => {
    const flight = new Flight(10, never);
    const [one, two] = [sending(), sending()];
    flight.track(1, one.promise);
    flight.track(1, two.promise);
    const landed = flight.landed();
    one.fail(new Error('the first'));
    await landed;
    two.fail(new Error('the second'));
    expect(flight.over.aborted).toBe(true);
    await expect(flight.allLanded()).rejects.toThrow('the first');
  });
});
