import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import {
  Provider,
  type ProviderAnswer,
  type ProviderCall,
} from '../../../../../src/lab/services/provider/provider.js';
import { readRecord } from '../../../../../src/lab/services/provider/record.js';
import { openStore } from '../../../../../src/lab/stores.js';
import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../../../src/ledger/write.js';
import type { ProviderSpec } from '../../../../../src/scenario/types.js';
import { tinyProvider } from '../../../../fixtures/tiny.js';

let files = 0;

/** A provider process, `email`. The next one in the same directory is its successor. */
export function providerIn(directory: string, overrides: Partial<ProviderSpec> = {}, speed = 1) {
  const spec = tinyProvider(overrides);
  const clock = new Clock(process.hrtime.bigint());
  const file = `provider-email-${++files}`;
  const readAgain = () => readRecord(directory, spec.name);
  const record = readAgain();
  const ledger = new LedgerWriter(directory, file, clock, { role: 'provider', name: spec.name });
  const keys = openStore(join(directory, 'stores'), spec.name, 'provider');
  const fallOver = vi.fn();
  const provider = new Provider({ spec, speed, seed: 1, clock, ledger, keys, record, readAgain, fallOver });
  const events = (): LedgerEvent[] =>
    readFileSync(join(directory, `${file}.ndjson`), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as LedgerEvent);
  /** What calls were answered, by message, in the order of the answers. */
  const answers: [string, ProviderAnswer['status'] | 'replayed'][] = [];
  return {
    provider,
    keys,
    fallOver,
    events,
    answers,
    call: (message: string, more: Partial<ProviderCall> = {}): void =>
      void provider.call(callFor(message, more)).then((answer) => {
        answers.push([message, 'replayed' in answer && answer.replayed ? 'replayed' : answer.status]);
      }),
    /** What happened to which message, at which millisecond. */
    story: (): string[] =>
      events().map((event) =>
        `${Math.floor(event.t / 1000)} ${event.e} ${'m' in event ? event.m : ''}`.trim(),
      ),
  };
}

/** A call without a key. */
export function callFor(message: string, more: Partial<ProviderCall> = {}): ProviderCall {
  return { queue: 'emails', message, key: null, correlation: null, pid: null, ...more };
}
