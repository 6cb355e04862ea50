import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HotParser, parseLine } from '../../../src/ledger/parse.js';
import { isEvent } from '../../../src/ledger/shape.js';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const id = fc
  .tuple(name, fc.integer({ min: 1, max: 2_000_000 }), fc.array(name, { maxLength: 3 }))
  .map(([producer, n, path]) => [`${producer}/${n}`, ...path].join('.'));
const time = fc.integer({ min: 0, max: 1e12 });
const message = { t: time, q: name, m: id };
const inOrder = ({ t, e, ...rest }: { t: number; e: string }): object => ({ t, e, ...rest });

const hot = fc
  .oneof(
    fc.record({ ...message, e: fc.constant('attempted'), due: time }),
    fc.record({ ...message, e: fc.constantFrom('acknowledged', 'effect', 'settled') }),
    fc.record({ ...message, e: fc.constant('started') }),
    fc.record({ ...message, e: fc.constant('started'), n: fc.nat(5), r: fc.boolean() }),
  )
  .map((event) => {
    const { t, e, q, m, ...rest } = event;
    return inOrder({ t, e, ...{ q, m }, ...rest });
  });

function parsed(line: string): unknown {
  return new HotParser().parse(line, 0, line.length);
}

describe('the fast parser', () => {
  it('reads the hot shapes as JSON.parse does', () => {
    fc.assert(
      fc.property(hot, (event) => {
        const line = JSON.stringify(event);
        expect(parsed(line)).toEqual(JSON.parse(line));
      }),
    );
  });

  it('never takes a line for something else than JSON.parse does', () => {
    const mutated = fc
      .tuple(hot, fc.nat(200), fc.nat(3), fc.constantFrom('', ' ', '"', '0', '\\', '}', 'é', '-', '1'))
      .map(([event, at, length, insert]) => {
        const line = JSON.stringify(event);
        const start = at % line.length;
        return line.slice(0, start) + insert + line.slice(start + length);
      });
    fc.assert(
      fc.property(mutated, (line) => {
        const event = parsed(line);
        if (event !== null) expect(event).toEqual(parseLine(line));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads the same queue again and another one after it', () => {
    const parser = new HotParser();
    const read = (q: string): unknown => {
      const line = `{"t":1,"e":"effect","q":"${q}","m":"orders/1"}`;
      return parser.parse(line, 0, line.length);
    };
    for (const q of ['emails', 'emails', 'email', 'emails-2', 'emails']) {
      expect(read(q)).toEqual({ t: 1, e: 'effect', q, m: 'orders/1' });
    }
  });

  it.each([
    '{"t":-5,"e":"effect","q":"a","m":"b/1"}',
    '{"t":5.5,"e":"effect","q":"a","m":"b/1"}',
    '{"t": 5,"e":"effect","q":"a","m":"b/1"}',
    '{"e":"effect","t":5,"q":"a","m":"b/1"}',
    '{"t":5,"e":"effect","q":"a","m":"b\\u002f1"}',
    '{"t":5,"e":"started","q":"a","m":"b/1","r":true}',
    '{"t":5,"e":"dead","q":"a","m":"b/1","why":"é"}',
    '{"t":5,"e":"dead-lettered","q":"a","m":"b/1"}',
    '{"t":5,"e":"suppressed","q":"a","m":"b/1","by":"provider"}',
    '{"t":5,"e":"failed","q":"a","m":"b/1","why":"x","kind":"timeout","again":1000}',
    '{"t":5,"e":"redriven","q":"a","m":"b/1.a","repaired":true}',
    '{"t":5,"e":"supervised","q":"a","worker":1,"pid":7,"up":2}',
    '{"t":5,"e":"effect","q":"a","m":"b/1","s":"email","pid":7}',
    '{"t":5,"e":"effect","q":"a","m":"b/1","s":"email","pid":7,"c":"cart-7"}',
    '{"t":5,"e":"suppressed","q":"a","m":"b/1","by":"provider","s":"email"}',
    '{"t":5,"e":"posted","m":"b/1","due":4}',
    '{"t":5,"e":"answered","m":"b/1","status":202}',
    '{"t":5,"e":"unanswered","m":"b/1","kind":"timeout","why":"no answer after 10 s"}',
    '{"t":5,"e":"received","m":"guest/1000000001","c":"cart-7"}',
    '{"t":5,"e":"responded","m":"b/1","status":201,"leftOut":["emails"]}',
    '{"t":5,"e":"rejected","status":400,"why":"customer is missing"}',
    '{"t":5,"e":"called","s":"email","q":"a","m":"b/1","waiting":3,"pid":7}',
    '{"t":5,"e":"turned-away","s":"email","q":"a","m":"b/1"}',
    '{"t":5,"e":"breaker","s":"email","state":"half-open"}',
    '{"t":5,"e":"fell-over","s":"email","why":"its waiting room was full for 2 s"}',
    '{"t":5,"e":"opened","role":"order-service","name":"order-service","pid":7,"worker":1}',
    '{"t":5,"e":"exited","role":"provider","name":"email","worker":1,"pid":7,"code":1,"signal":null,"ordered":false}',
  ])('leaves %s to the other one', (line) => {
    expect(parsed(line)).toBeNull();
    expect(parseLine(line)).toEqual(JSON.parse(line));
  });
});

describe('a line', () => {
  it.each([
    ['no JSON', '{"t":1,"e":'],
    ['no object', '17'],
    ['null', 'null'],
    ['no time', '{"e":"effect","q":"a","m":"b/1"}'],
    ['an unknown kind', '{"t":1,"e":"exploded","q":"a","m":"b/1"}'],
    ['a kind from the prototype', '{"t":1,"e":"toString"}'],
    ['an attempt without its due time', '{"t":1,"e":"attempted","q":"a","m":"b/1"}'],
    ['a suppressed effect without its witness', '{"t":1,"e":"suppressed","q":"a","m":"b/1"}'],
    ['a failure without its kind', '{"t":1,"e":"failed","q":"a","m":"b/1","why":"x"}'],
    ['a redriven message without a word on its repair', '{"t":1,"e":"redriven","q":"a","m":"b/1"}'],
    ['an order posted without its due time', '{"t":1,"e":"posted","m":"b/1"}'],
    ['an answer without its status', '{"t":1,"e":"answered","m":"b/1"}'],
    ['no answer without its kind', '{"t":1,"e":"unanswered","m":"b/1","why":"x"}'],
    ['an order received without its id', '{"t":1,"e":"received"}'],
    ['a response without its status', '{"t":1,"e":"responded","m":"b/1"}'],
    ['a rejection without its reason', '{"t":1,"e":"rejected","status":400}'],
    ['a call without the waiting', '{"t":1,"e":"called","s":"email","q":"a","m":"b/1"}'],
    ['a call turned away by nobody', '{"t":1,"e":"turned-away","q":"a","m":"b/1"}'],
    ['a breaker without its state', '{"t":1,"e":"breaker","s":"email"}'],
    ['a provider that fell over without a reason', '{"t":1,"e":"fell-over","s":"email"}'],
    ['a census of numbers', '{"t":1,"e":"census","q":"a","state":"ready","m":[1]}'],
  ])('is no event with %s', (_, line) => {
    expect(parseLine(line)).toBeNull();
  });

  it('may have further members', () => {
    expect(isEvent({ t: 1, e: 'effect', q: 'a', m: 'b/1', note: 'mine' })).toBe(true);
  });
});
