import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idBehind, messageId, parseMessageId, rootOf } from '../../../src/plan/messages.js';

describe('message ids', () => {
  it('name the producer, the sequence and the queues between', () => {
    expect(messageId('orders', 142)).toBe('orders/142');
    expect(messageId('orders', 142, ['intake', 'inventory'])).toBe('orders/142.intake.inventory');
    expect(idBehind('orders/142.intake', 'inventory')).toBe('orders/142.intake.inventory');
    expect(rootOf('orders/142.intake.inventory')).toBe('orders/142');
    expect(rootOf('orders/142')).toBe('orders/142');
  });

  it.each([
    '',
    'orders',
    'orders/',
    '/1',
    'orders/0',
    'orders/01',
    'orders/-1',
    'orders/1.',
    'orders/1..a',
    'orders/1/2',
    'orders/1~2',
  ])('%j is none', (text) => {
    expect(parseMessageId(text)).toBeNull();
  });

  it('are read back as they were made', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(
        name,
        fc.integer({ min: 1, max: 1e9 }),
        fc.array(name, { maxLength: 4 }),
        (producer, sequence, path) => {
          expect(parseMessageId(messageId(producer, sequence, path))).toEqual({ producer, sequence, path });
        },
      ),
    );
  });
});
