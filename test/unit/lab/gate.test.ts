import { describe, expect, it, vi } from 'vitest';
import { Gate } from '../../../src/lab/worker/gate.js';

/** Lets everything that is already due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function gate() {
  const announce = vi.fn();
  return { gate: new Gate(announce), announce };
}

describe('the gate of an aimed kill', () => {
  it('announces the moment when all that is in hand has had its effect', async () => {
    const { gate: g, announce } = gate();
    await g.beforeStart();
    await g.beforeStart();
    g.arm();
    g.effect();
    expect(announce).not.toHaveBeenCalled();
    g.effect();
    expect(announce).toHaveBeenCalledOnce();
  });

  it('announces at once where that is so when it is armed', async () => {
    const { gate: g, announce } = gate();
    await g.beforeStart();
    g.effect();
    g.arm();
    expect(announce).toHaveBeenCalledOnce();
  });

  it('waits for an acknowledgement that is already on its way', async () => {
    const { gate: g, announce } = gate();
    await g.beforeStart();
    g.effect();
    await g.beforeAcknowledge();
    g.arm();
    await g.beforeStart();
    g.effect();
    expect(announce).not.toHaveBeenCalled();
    g.settled();
    expect(announce).toHaveBeenCalledOnce();
  });

  it('does not announce an empty hand', async () => {
    const { gate: g, announce } = gate();
    g.arm();
    await g.beforeStart();
    expect(announce).not.toHaveBeenCalled();
  });

  it('holds back acknowledgements from arming on, and starts from the moment on, until it is disarmed', async () => {
    const { gate: g, announce } = gate();
    const went: string[] = [];
    await g.beforeStart();
    g.arm();
    g.effect();
    void g.beforeAcknowledge().then(() => went.push('acknowledged'));
    void g.beforeStart().then(() => went.push('started'));
    await settle();
    expect(announce).toHaveBeenCalledOnce();
    expect(went).toEqual([]);
    g.disarm();
    await settle();
    expect(went.sort()).toEqual(['acknowledged', 'started']);
  });

  it('can be armed again', async () => {
    const { gate: g, announce } = gate();
    await g.beforeStart();
    g.effect();
    g.arm();
    g.disarm();
    g.arm();
    expect(announce).toHaveBeenCalledTimes(2);
  });
});
