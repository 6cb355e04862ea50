import { describe, expect, it, vi } from 'vitest';
import type { Aim } from '../../../src/lab/protocol.js';
import { Gate, type HeldDelivery } from '../../../src/lab/worker/gate.js';

/** Lets everything that is already due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A gate, and what went on at it. */
function gated() {
  const announce = vi.fn();
  const gate = new Gate(announce);
  const went: string[] = [];
  let started = 0;
  return {
    gate,
    announce,
    went,
    start: (id = `orders/${++started}`): Promise<HeldDelivery> => gate.start(id),
    /** Notes when the promise resolves. */
    note: (what: string, promise: Promise<unknown>): void => void promise.then(() => went.push(what)),
    end: (delivery: HeldDelivery): void => {
      delivery.returned();
      gate.settled(delivery.id);
    },
  };
}

const afterEffect: Aim = { point: 'after-effect' };

describe('a kill aimed after the effect', () => {
  it('has its moment when all that is in hand has had its effect', async () => {
    const { gate, announce, start } = gated();
    const [first, second] = [await start(), await start()];
    gate.arm(afterEffect);
    first.enter('after-effect');
    expect(announce).not.toHaveBeenCalled();
    second.enter('after-effect');
    expect(announce).toHaveBeenCalledOnce();
  });

  it('has it at once where that is so when it is armed: the wait before the acknowledgement belongs to it', async () => {
    const { gate, announce, start } = gated();
    (await start()).enter('after-effect');
    gate.arm(afterEffect);
    expect(announce).toHaveBeenCalledOnce();
  });

  it('waits for an acknowledgement that is already on its way', async () => {
    const { gate, announce, start, end } = gated();
    const first = await start();
    await first.pass('after-effect');
    await first.pass('before-acknowledge');
    first.returned();
    gate.arm(afterEffect);
    (await start()).enter('after-effect');
    expect(announce).not.toHaveBeenCalled();
    end(first);
    expect(announce).toHaveBeenCalledOnce();
  });

  it('holds back what follows from arming on, and starts from the moment on, until it is disarmed', async () => {
    const { gate, announce, start, note, went } = gated();
    const [first, second] = [await start(), await start()];
    gate.arm(afterEffect);
    first.enter('after-effect');
    note('first', first.leave());
    const third = await start();
    third.enter('after-effect');
    second.enter('after-effect');
    note('started', start());
    await settle();
    expect(announce).toHaveBeenCalledOnce();
    expect(went).toEqual([]);
    gate.disarm();
    await settle();
    expect(went.sort()).toEqual(['first', 'started']);
  });

  it('can be armed again', async () => {
    const { gate, announce, start } = gated();
    (await start()).enter('after-effect');
    gate.arm(afterEffect);
    gate.disarm();
    gate.arm(afterEffect);
    expect(announce).toHaveBeenCalledTimes(2);
  });
});

describe.each(['before-effect', 'after-effect', 'before-acknowledge'] as const)(
  'a kill aimed %s',
  (point) => {
    it('does not take an empty hand for its moment', async () => {
      const { gate, announce, start, end } = gated();
      gate.arm({ point });
      expect(announce).not.toHaveBeenCalled();
      end(await start());
      expect(announce).not.toHaveBeenCalled();
    });

    it('holds messages at that point and at no other', async () => {
      const { gate, announce, start, note, went } = gated();
      gate.arm({ point });
      const [first, other] = [await start(), await start()];
      for (const each of ['before-effect', 'after-effect', 'before-acknowledge'] as const) {
        note(each, first.pass(each));
        await settle();
        if (each === point) break;
      }
      expect(went).not.toContain(point);
      expect(announce).not.toHaveBeenCalled();
      note('other', other.pass(point));
      await settle();
      expect(announce).toHaveBeenCalledOnce();
      expect(went).not.toContain('other');
      gate.disarm();
      await settle();
      expect(went).toEqual(expect.arrayContaining([point, 'other']));
    });

    it('lets what was past it go on to its end, with all that was in hand then, and hits those that follow', async () => {
      const { gate, announce, start, note, went, end } = gated();
      const [before, together] = [await start(), await start()];
      await before.pass(point);
      gate.arm({ point });
      note('together', together.pass(point));
      await settle();
      expect(went).toEqual(['together']);
      const next = await start();
      note('next', next.pass(point));
      await settle();
      expect(went).toEqual(['together']);
      end(before);
      expect(announce).not.toHaveBeenCalled();
      end(together);
      expect(announce).toHaveBeenCalledOnce();
    });

    it('hits those that were in hand, where none was past it', async () => {
      const { gate, announce, start } = gated();
      const [first, second] = [await start(), await start()];
      gate.arm({ point });
      void first.pass(point);
      void second.pass(point);
      await settle();
      expect(announce).toHaveBeenCalledOnce();
    });

    it('lets what fails or is suppressed go on to its end, and has its moment then', async () => {
      const { gate, announce, start, end } = gated();
      gate.arm({ point });
      const [failing, held] = [await start(), await start()];
      void held.pass(point);
      expect(announce).not.toHaveBeenCalled();
      await gate.still();
      end(failing);
      expect(announce).toHaveBeenCalledOnce();
    });

    it('lets nothing go on from its moment on: no start, no effect of an attempt that was over, no dead letter', async () => {
      const { gate, announce, start, note, went } = gated();
      gate.arm({ point });
      void (await start()).pass(point);
      expect(announce).toHaveBeenCalledOnce();
      note('start', start());
      note('effect', gate.still());
      note('dead letter', gate.beforeDeadLetter());
      await settle();
      expect(went).toEqual([]);
    });
  },
);

it('two deliveries of one message are told apart by which has returned', async () => {
  const { gate, announce, start } = gated();
  const frozen = await start('orders/1');
  const again = await start('orders/1');
  again.returned();
  gate.settled('orders/1');
  gate.settled('orders/1');
  gate.arm(afterEffect);
  expect(announce).not.toHaveBeenCalled();
  frozen.enter('after-effect');
  expect(announce).toHaveBeenCalledOnce();
});

describe('a kill aimed at the move to the dead-letter queue', () => {
  it('has its moment at the first that is to be moved, which is held', async () => {
    const { gate, announce, start, note, went } = gated();
    note('before', gate.beforeDeadLetter());
    await settle();
    gate.arm({ point: 'before-dead-letter' });
    const delivery = await start();
    for (const point of ['before-effect', 'after-effect', 'before-acknowledge'] as const)
      await delivery.pass(point);
    expect(announce).not.toHaveBeenCalled();
    note('first', gate.beforeDeadLetter());
    note('second', gate.beforeDeadLetter());
    note('start', start());
    await settle();
    expect(announce).toHaveBeenCalledOnce();
    expect(went).toEqual(['before']);
  });
});

describe('a kill aimed at random', () => {
  const points = ['started', 'before-effect', 'after-effect', 'before-acknowledge', 'dead-letter'];

  it.each(points.map((point, i) => [i + 1, point] as const))(
    'has its moment at the passage that was drawn: the %ith, %s',
    async (passage, last) => {
      const { gate, announce, start, note, went } = gated();
      const busy = await start();
      gate.arm({ point: 'random', passage });
      const delivery = await start();
      const life = async (): Promise<void> => {
        await delivery.started();
        went.push('started');
        for (const point of ['before-effect', 'after-effect', 'before-acknowledge'] as const) {
          await delivery.pass(point);
          went.push(point);
        }
        await gate.beforeDeadLetter();
        went.push('dead-letter');
      };
      void life();
      await settle();
      expect(announce).toHaveBeenCalledOnce();
      expect(went).toEqual(points.slice(0, points.indexOf(last)));
      note('busy', busy.pass('before-effect'));
      await settle();
      expect(went).not.toContain('busy');
    },
  );

  it('does not come where there are fewer passages', async () => {
    const { gate, announce, start } = gated();
    gate.arm({ point: 'random', passage: 3 });
    const delivery = await start();
    await delivery.started();
    await delivery.pass('before-effect');
    expect(announce).not.toHaveBeenCalled();
  });
});
