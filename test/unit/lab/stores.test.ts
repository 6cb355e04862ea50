import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MessageStore } from '../../../src/lab/stores.js';
import { effectGuard } from '../../../src/lab/worker/idempotency.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

describe('a store of messages', () => {
  it('says of each whether it was added now, whoever had added it', () => {
    const directory = join(temporaryDirectory(), 'emails', 'provider');
    const [one, other] = [new MessageStore(directory), new MessageStore(directory)];
    expect(one.has('orders/1')).toBe(false);
    expect([one.add('orders/1'), other.add('orders/1'), one.add('orders/1')]).toEqual([true, false, false]);
    expect([one, other].map((store) => store.has('orders/1'))).toEqual([true, true]);
    expect(other.has('orders/10')).toBe(false);
  });

  it('holds every id in a file of its own, however long it is', () => {
    const directory = temporaryDirectory();
    const store = new MessageStore(directory);
    const long = `orders/1${'.a-queue-with-a-rather-long-name'.repeat(20)}`;
    const ids = ['orders/1', 'orders/1.intake', 'orders/11', long, `${long}.b`];
    for (const id of ids) expect(store.add(id)).toBe(true);
    for (const id of ids) expect(store.add(id)).toBe(false);
    expect(readdirSync(directory)).toHaveLength(ids.length);
    expect(readdirSync(directory).every((name) => name.length <= 200 && !name.includes('/'))).toBe(true);
  });

  it('can be added again after it was removed, and nobody minds where it was not there', () => {
    const store = new MessageStore(temporaryDirectory());
    store.remove('orders/1');
    store.add('orders/1');
    store.remove('orders/1');
    expect([store.has('orders/1'), store.add('orders/1')]).toEqual([false, true]);
  });

  it('passes on what the file system says', () => {
    const directory = join(temporaryDirectory(), 'provider');
    const store = new MessageStore(directory);
    rmSync(directory, { recursive: true });
    expect(() => store.add('orders/1')).toThrow('ENOENT');
  });
});

describe('idempotency', () => {
  const two = (idempotency: Parameters<typeof effectGuard>[0]) => {
    const stores = temporaryDirectory();
    return [effectGuard(idempotency, 'emails', stores), effectGuard(idempotency, 'emails', stores)] as const;
  };

  it('none knows nothing', () => {
    const [one] = two({ mode: 'none' });
    one.record('orders/1');
    expect([one.known('orders/1'), one.accepted('orders/1'), one.records]).toEqual([null, true, false]);
  });

  it('memory knows what this process recorded, and no other', () => {
    const [one, other] = two({ mode: 'memory' });
    expect(one.known('orders/1')).toBeNull();
    one.record('orders/1');
    expect([one.known('orders/1'), other.known('orders/1')]).toEqual(['memory', null]);
  });

  it('a delivery log that is written after the effect knows what any process recorded', () => {
    const [one, other] = two({ mode: 'delivery-log', record: 'after' });
    expect([one.known('orders/1'), other.known('orders/1')]).toEqual([null, null]);
    one.record('orders/1');
    one.record('orders/1');
    expect([one.known('orders/1'), other.known('orders/1')]).toEqual(['delivery-log', 'delivery-log']);
  });

  it('a delivery log that is written before the effect lets one delivery on', () => {
    const [one, other] = two({ mode: 'delivery-log', record: 'before' });
    expect([one.known('orders/1'), other.known('orders/1')]).toEqual([null, 'delivery-log']);
    expect(one.records).toBe(false);
  });

  it('an effect key is accepted once', () => {
    const [one, other] = two({ mode: 'effect-key' });
    expect([one.known('orders/1'), one.accepted('orders/1'), other.accepted('orders/1')]).toEqual([
      null,
      true,
      false,
    ]);
    expect(other.known('orders/1')).toBeNull();
  });

  it('of one queue says nothing of another', () => {
    const stores = temporaryDirectory();
    const idempotency = { mode: 'effect-key' } as const;
    expect(effectGuard(idempotency, 'emails', stores).accepted('orders/1')).toBe(true);
    expect(effectGuard(idempotency, 'payments', stores).accepted('orders/1')).toBe(true);
  });
});
