import { isAcceptance } from '../../analysis/order-table.js';
import type { ExitedEvent, FaultEvent, LedgerEvent } from '../../ledger/events.js';
import { parseMessageId } from '../../plan/messages.js';
import type { Plan } from '../../plan/types.js';
import type { LiveCustomers, LiveService } from '../../report/live-services.js';
import { orderServiceName } from '../../result/orders.js';

/** What the live view knows of the orders of one producer by HTTP. */
interface Customers {
  posted: number;
  accepted: number;
  readonly notAccepted: Map<string, number>;
  ended: number;
}

/** What the live view knows of one service. */
interface Service {
  state: LiveService['state'];
  /** The pid of its latest process, where it was said. */
  pid: number | null;
  effects: number;
  turnedAway: number;
  waiting: number;
  breaker: 'open' | 'half-open' | null;
}

/** Counts what customers and services write while a run goes on. */
export class ServicesTally {
  private readonly customers = new Map<string, Customers>();
  private readonly services = new Map<string, Service>();

  constructor(plan: Plan) {
    for (const { name, via } of plan.producers) {
      if (via === 'http')
        this.customers.set(name, { posted: 0, accepted: 0, notAccepted: new Map(), ended: 0 });
    }
    for (const name of serviceNames(plan)) {
      const figures = { effects: 0, turnedAway: 0, waiting: 0, breaker: null };
      this.services.set(name, { state: 'up', pid: null, ...figures });
    }
  }

  has(service: string): boolean {
    return this.services.has(service);
  }

  /** Orders of the producer that have come to their end for the customer; accepted or not. */
  endedOf(producer: string): number {
    return this.customers.get(producer)?.ended ?? 0;
  }

  /** Orders of the producer that were not accepted. */
  notAcceptedOf(producer: string): number {
    const customers = this.customers.get(producer);
    return customers === undefined ? 0 : customers.ended - customers.accepted;
  }

  isUp(service: string): boolean {
    return this.services.get(service)?.state === 'up';
  }

  add(event: LedgerEvent): void {
    switch (event.e) {
      case 'posted':
        this.order(event.m, (customers) => customers.posted++);
        break;
      case 'answered':
        this.order(event.m, (customers) => {
          if (isAcceptance(event.status)) customers.accepted++;
          else count(customers.notAccepted, String(event.status));
          customers.ended++;
        });
        break;
      case 'unanswered':
        this.order(event.m, (customers) => {
          count(customers.notAccepted, event.kind);
          customers.ended++;
        });
        break;
      case 'called':
        this.service(event.s, (service) => service.waiting++);
        break;
      case 'turned-away':
        this.service(event.s, (service) => service.turnedAway++);
        break;
      case 'effect':
        this.service(event.s, (service) => {
          service.effects++;
          service.waiting = Math.max(0, service.waiting - 1);
        });
        break;
      case 'breaker':
        this.service(event.s, (service) => {
          service.breaker = event.state === 'closed' ? null : event.state;
        });
        break;
      case 'fault':
        this.fault(event);
        break;
      case 'supervised':
        this.started(event.q, event.pid);
        break;
      case 'ready':
        this.service(event.q, (service) => {
          service.state = 'up';
          service.pid = event.pid;
        });
        break;
      case 'exited':
        this.exited(event);
    }
  }

  /** The producers by HTTP, in the plan's order. */
  liveCustomers(): LiveCustomers[] {
    return [...this.customers].map(([name, { posted, accepted, notAccepted, ended }]) => ({
      name,
      posted,
      accepted,
      notAccepted: Object.fromEntries([...notAccepted].sort(([a], [b]) => (a < b ? -1 : 1))),
      inFlight: Math.max(0, posted - ended),
    }));
  }

  /** The order service and the providers. */
  liveServices(): LiveService[] {
    return [...this.services].map(([name, { state, effects, turnedAway, waiting, breaker }]) => ({
      name,
      state,
      calls: name === orderServiceName ? null : { effects, turnedAway, waiting, breaker },
    }));
  }

  private order(message: string, change: (customers: Customers) => void): void {
    const customers = this.customers.get(parseMessageId(message)?.producer ?? '');
    if (customers !== undefined) change(customers);
  }

  private service(name: string | undefined, change: (service: Service) => void): void {
    const service = name === undefined ? undefined : this.services.get(name);
    if (service !== undefined) change(service);
  }

  private fault({ q, kind, skipped, pids }: FaultEvent): void {
    if (skipped !== undefined) return;
    if (kind === 'restart') this.started(q, pids[0] ?? null);
    this.service(q, (service) => {
      if (kind === 'kill') end(service);
      else if (kind === 'stop') service.state = 'stopping';
      else if (kind === 'freeze') service.state = 'frozen';
      else if (kind === 'thaw') service.state = 'up';
    });
  }

  /** The files are read one after the other, so its readiness may have been seen before. */
  private started(name: string, pid: number | null): void {
    this.service(name, (service) => {
      if (pid !== null && service.pid === pid) return;
      service.state = 'starting';
      service.pid = pid;
    });
  }

  private exited({ role, name, pid }: ExitedEvent): void {
    if (role !== 'provider' && role !== 'order-service') return;
    this.service(name, (service) => {
      // Not the one before it.
      if (service.pid === null || service.pid === pid) end(service);
    });
  }
}

/** What it had let in goes with it. */
function end(service: Service): void {
  service.state = 'down';
  service.waiting = 0;
  service.breaker = null;
}

/** The names of a plan's services, the order service first. */
function serviceNames({ scenario: { orderService, providers } }: Plan): string[] {
  return [...(orderService === null ? [] : [orderServiceName]), ...providers.map(({ name }) => name)];
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
