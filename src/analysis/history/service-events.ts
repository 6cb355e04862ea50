import type { LedgerEvent } from '../../ledger/events.js';
import { orderServiceName } from '../../result/orders.js';
import type { Teller } from './teller.js';
import { endOf, serviceName } from './writers.js';

/** What a fault does to a service, in words. */
const done: Readonly<Record<string, string>> = {
  kill: 'was killed (SIGKILL)',
  stop: 'was told to stop (SIGTERM)',
  freeze: 'was frozen (SIGSTOP)',
  thaw: 'was thawed (SIGCONT)',
};

/**
 * Tells what happened to a service while it was at one of the order's things, or since it went over one.
 * @returns whether the event is a service's
 */
export function serviceEvent(event: LedgerEvent, teller: Teller): boolean {
  switch (event.e) {
    case 'fault': {
      if (!teller.isService(event.q)) return false;
      const who = serviceName(event.q, event.pids[0] ?? 0);
      if (event.pids.length === 0) return true;
      if (event.kind === 'restart') cameBack(event, event.q, who, teller);
      else struck(event, event.q, `${who} ${done[event.kind] ?? event.kind}`, event.kind === 'kill', teller);
      return true;
    }
    case 'fell-over':
      struck(event, event.s, `${event.s} fell over (${event.why})`, true, teller);
      return true;
    case 'exited': {
      if (event.role !== 'provider' && event.role !== 'order-service') return false;
      const how = event.ordered ? `exited (${endOf(event)})` : `died (${endOf(event)}), ordered by no fault`;
      struck(event, event.name, `${serviceName(event.name, event.pid)} ${how}`, true, teller);
      return true;
    }
    case 'supervised':
      if (!teller.isService(event.q)) return false;
      cameBack(event, event.q, serviceName(event.q, event.pid), teller);
      return true;
    default:
      return false;
  }
}

/** It befell the service while it was at something of the order; if it went by it, that is over. */
function struck(event: LedgerEvent, service: string, what: string, isEnd: boolean, teller: Teller): void {
  if (service === orderServiceName) {
    if (!teller.order.isOpen) return;
    teller.say(event, service, teller.root, `${what}, before it had answered`);
    if (!isEnd) return;
    teller.order.cutOff();
    teller.missed.add(service);
    for (const told of teller.told) if (told.isDirect) told.holds.clear();
    return;
  }
  for (const told of teller.told) {
    if (told.inside !== service) continue;
    teller.say(event, told.queue, told.message, `${what}, with the call in it`);
    if (!isEnd) continue;
    told.inside = null;
    teller.missed.add(service);
  }
}

/** A service that went over the order is there again. */
function cameBack(event: LedgerEvent, service: string, who: string, teller: Teller): void {
  if (!teller.missed.delete(service)) return;
  teller.say(event, service, teller.root, `${who} was started again`);
}
