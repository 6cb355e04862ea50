import { describe, expect, it } from 'vitest';
import { settingsInWords } from '../../../src/plan/settings.js';
import { loadVariants, parseScenario } from '../../../src/scenario/index.js';

const text = `
producers:
  orders: { rate: 100/s, for: 3s, to: [emails, payments] }
queues:
  emails:
    rate: 5/s
    workers: 2
    concurrency: 5
    work: { exponential: { mean: 300ms } }
    acknowledge: 200ms
    redelivery: { after: 30s, check: 10s }
    attempts: 4
    backoff: { exponential: 1s }
    timeout: 2s
    idempotency: delivery-log
  payments: { work: 50ms }
`;

describe('the settings of a scenario in words', () => {
  const { producers, queues, services } = settingsInWords(parseScenario(text));

  it('say of a producer its rate and where its messages go', () => {
    expect(producers).toEqual({
      orders: { rate: '100/s for 3 s', arrivals: 'evenly spaced', to: 'emails and payments' },
    });
    expect(services).toEqual({});
  });

  it('say of a queue how it is served', () => {
    expect(queues.emails).toEqual({
      rate: '5/s over all workers',
      workers: '2',
      concurrency: '5',
      work: '300 ms on average (exponential)',
      acknowledge: '200 ms',
      redelivery: 'after 30 s, checked every 10 s, once at most',
      attempts: '4, with a backoff of 1 s, doubled each time',
      idempotency: 'a delivery log, written after the effect',
      'dead letters': 'to emails-dead',
      also: 'time limit 2s',
    });
    expect(queues.payments).toMatchObject({
      rate: 'no limit',
      work: '50 ms',
      attempts: '1',
      redelivery: "the broker's defaults",
      idempotency: 'none',
    });
    expect(queues.payments).not.toHaveProperty('also');
  });

  it('name the provider in place of the work, and say what it is', async () => {
    const { variants } = await loadVariants('sync-vs-queue');
    const all = variants.map(({ scenario }) => settingsInWords(scenario));
    const providers = all.flatMap((each) => Object.values(each.queues).map(({ provider }) => provider));
    expect(providers.filter((name) => name !== undefined).length).toBeGreaterThan(0);
    for (const each of all)
      for (const { provider, work } of Object.values(each.queues)) {
        expect(provider === undefined).toBe(work !== undefined);
        if (provider !== undefined) expect(each.services[provider]).toMatch(/^a provider: at most /);
      }
  });

  it('count the phases that are too many to be told', () => {
    const phases = Array.from({ length: 10 }, (_, at) => `{ rate: ${at + 1}/s, for: 1s }`).join(', ');
    const many = parseScenario(`
producers: { orders: { phases: [${phases}], to: [emails] } }
queues: { emails: { work: 1ms } }
`);
    const rate = settingsInWords(many).producers.orders?.rate;
    expect(rate).toMatch(/^1\/s for 1 s, then .*8\/s for 1 s, and 2 further phases$/);
  });
});
