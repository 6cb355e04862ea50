import type { LedgerEvent } from '../../ledger/events.js';
import { parseMessageId } from '../../plan/messages.js';
import type { Plan } from '../../plan/types.js';
import type { CustomersMoment, ServiceMoment, WorkerMoment } from '../../result/history.js';
import { orderServiceName } from '../../result/orders.js';
import { isAcceptance } from '../order-table.js';
import type { Crew } from './crew.js';

interface Calls {
  effects: number;
  turnedAway: number;
  waiting: number;
  breaker: 'open' | 'half-open' | null;
}

interface Customers {
  posted: number;
  accepted: number;
  notAccepted: number;
}

/** What is of customers and services, and of no queue. */
type OrdersEvent = Extract<
  LedgerEvent,
  {
    e: 'posted' | 'answered' | 'unanswered' | 'received' | 'responded' | 'called' | 'turned-away' | 'breaker';
  }
>;

/** What customers, the order service and the providers are about, from the events so far. */
export class ServiceState {
  private readonly customers = new Map<string, Customers>();
  private readonly providers = new Map<string, Calls>();
  /** Received, and not responded to; of the order service's living process. */
  private readonly inFlight = new Set<string>();
  private received = 0;

  constructor(private readonly plan: Plan) {
    for (const { name, via } of plan.producers) {
      if (via === 'http') this.customers.set(name, { posted: 0, accepted: 0, notAccepted: 0 });
    }
    for (const { name } of plan.scenario.providers) {
      this.providers.set(name, { effects: 0, turnedAway: 0, waiting: 0, breaker: null });
    }
  }

  visit(event: OrdersEvent): void {
    switch (event.e) {
      case 'posted':
        this.count(event.m, 'posted');
        break;
      case 'answered':
        this.count(event.m, isAcceptance(event.status) ? 'accepted' : 'notAccepted');
        break;
      case 'unanswered':
        this.count(event.m, 'notAccepted');
        break;
      case 'received':
        this.received++;
        this.inFlight.add(event.m);
        break;
      case 'responded':
        this.inFlight.delete(event.m);
        break;
      case 'called':
        this.at(event.s, (calls) => calls.waiting++);
        break;
      case 'turned-away':
        this.at(event.s, (calls) => calls.turnedAway++);
        break;
      case 'breaker':
        this.at(event.s, (calls) => {
          calls.breaker = event.state === 'closed' ? null : event.state;
        });
    }
  }

  /** A provider did the thing. */
  effect(provider: string | undefined): void {
    this.at(provider, (calls) => {
      calls.effects++;
      calls.waiting = Math.max(0, calls.waiting - 1);
    });
  }

  /** A service's process is gone, and what it was about with it. */
  gone(service: string): void {
    if (service === orderServiceName) this.inFlight.clear();
    this.at(service, (calls) => {
      calls.waiting = 0;
    });
  }

  customersOf(producer: string): CustomersMoment | null {
    const counts = this.customers.get(producer);
    if (counts === undefined) return null;
    const { posted, accepted, notAccepted } = counts;
    return { ...counts, waiting: Math.max(0, posted - accepted - notAccepted) };
  }

  /** By name, the order service first; null: the plan has none. */
  moments(crew: Crew, seconds: (micros: number) => number): Record<string, ServiceMoment> | null {
    const processOf = (name: string): WorkerMoment | null => {
      const member = crew.latestOf(name).at(-1);
      if (member === undefined) return null;
      const { worker, pid, state, since } = member;
      return { worker, pid, state, sinceSeconds: seconds(since) };
    };
    const orders = { received: this.received, inFlight: this.inFlight.size };
    const all = [
      ...(this.plan.scenario.orderService === null
        ? []
        : [[orderServiceName, { process: processOf(orderServiceName), orders }] as const]),
      ...[...this.providers].map(
        ([name, calls]) => [name, { process: processOf(name), calls: { ...calls } }] as const,
      ),
    ];
    return all.length === 0 ? null : Object.fromEntries(all);
  }

  private count(message: string, what: keyof Customers): void {
    const customers = this.customers.get(parseMessageId(message)?.producer ?? '');
    if (customers !== undefined) customers[what]++;
  }

  private at(provider: string | undefined, change: (calls: Calls) => void): void {
    const calls = provider === undefined ? undefined : this.providers.get(provider);
    if (calls !== undefined) change(calls);
  }
}
