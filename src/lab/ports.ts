import { once } from 'node:events';
import { createServer } from 'node:net';
import { LaunchpadError, messageOf } from '../errors.js';
import { orderServiceName } from '../result/orders.js';
import type { Scenario } from '../scenario/types.js';

/** Where a service listens. */
export interface ServiceAddress {
  /** The provider's name, or `order-service`. */
  readonly name: string;
  readonly port: number;
  /** `http://127.0.0.1:24711` */
  readonly url: string;
}

/** Services are there for this machine alone. */
export const loopback = '127.0.0.1';

/**
 * Where free ports are looked for: below those that the system gives to outgoing connections (from 32768 on with Linux, from
 * 49152 on elsewhere). In there a client that keeps trying to reach a service that is down would sooner or later be
 * given the service's port as its own, and be connected to itself; and any client could take the port while the service is
 * down, which must get it back.
 */
const range = { from: 20_000, to: 31_999 };

/** Ports that are tried for one service before the search is given up. */
const mostTries = 200;

/**
 * Chooses where each of the scenario's services is to listen. Where that is up to the lab, the ports are drawn, so that runs
 * that begin together hardly ever meet.
 * @param draw a number from 0 to below 1
 * @throws LaunchpadError `port-in-use` where the order service is to have a port that can't be listened on, or no port is free
 */
export async function chooseAddresses(
  { providers, orderService }: Pick<Scenario, 'providers' | 'orderService'>,
  draw: () => number = Math.random,
): Promise<ServiceAddress[]> {
  const taken = new Set<number>();
  const addresses: ServiceAddress[] = [];
  if (orderService !== null) {
    const { port } = orderService;
    if (port !== 0) await checkFree(port);
    addresses.push(addressAt(orderServiceName, port === 0 ? await freePort(taken, draw) : port, taken));
  }
  for (const { name } of providers) addresses.push(addressAt(name, await freePort(taken, draw), taken));
  return addresses;
}

/**
 * Where that service listens.
 * @throws LaunchpadError `internal` where the run has no such service
 */
export function addressOf(addresses: readonly ServiceAddress[], service: string): ServiceAddress {
  const address = addresses.find(({ name }) => name === service);
  if (address === undefined) throw new LaunchpadError('internal', `The run has no service ${service}`);
  return address;
}

function addressAt(name: string, port: number, taken: Set<number>): ServiceAddress {
  taken.add(port);
  return { name, port, url: `http://${loopback}:${port}` };
}

async function checkFree(port: number): Promise<void> {
  const obstacle = await obstacleTo(port);
  if (obstacle === null) return;
  const isInUse = (obstacle as NodeJS.ErrnoException).code === 'EADDRINUSE';
  throw new LaunchpadError(
    'port-in-use',
    isInUse
      ? `Port ${port} of ${loopback}, which orderService.port names, is in use`
      : `Port ${port} of ${loopback}, which orderService.port names, can't be listened on: ${messageOf(obstacle)}`,
    { hint: '`port: 0` picks a free one.', cause: obstacle },
  );
}

async function freePort(taken: ReadonlySet<number>, draw: () => number): Promise<number> {
  let obstacle: unknown = null;
  for (let tries = 0; tries < mostTries; tries++) {
    const port = range.from + Math.floor(draw() * (range.to - range.from + 1));
    if (taken.has(port)) continue;
    obstacle = await obstacleTo(port);
    if (obstacle === null) return port;
  }
  const why = obstacle === null ? '' : `: ${messageOf(obstacle)}`;
  throw new LaunchpadError(
    'port-in-use',
    `No free port was found between ${range.from} and ${range.to} of ${loopback}${why}`,
    { hint: 'See what listens there: ss -ltn', cause: obstacle },
  );
}

/** What keeps a process from listening there; null: nothing does. */
async function obstacleTo(port: number): Promise<unknown> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen({ host: loopback, port, exclusive: true });
    await listening;
  } catch (error) {
    return error;
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
  return null;
}
