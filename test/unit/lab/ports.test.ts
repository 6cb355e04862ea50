import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { addressOf, chooseAddresses } from '../../../src/lab/ports.js';
import { tinyOrderService, tinyProvider } from '../../fixtures/tiny.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

/** Listens, and returns on which port. */
async function listen(port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  servers.push(server);
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const shop = {
  orderService: tinyOrderService(),
  providers: [tinyProvider(), tinyProvider({ name: 'payment' })],
};

/** A port that is free for now. */
async function freePort(): Promise<number> {
  const addresses = await chooseAddresses({ ...shop, providers: [] });
  return addressOf(addresses, 'order-service').port;
}

/** What is to be drawn for a port. */
const drawFor = (port: number): number => (port - 20_000 + 0.5) / 12_000;

describe('the ports of the services', () => {
  it('are free ones below those of outgoing connections, each another', async () => {
    const addresses = await chooseAddresses(shop);
    expect(addresses.map(({ name }) => name)).toEqual(['order-service', 'email', 'payment']);
    const ports = addresses.map(({ port }) => port);
    expect(new Set(ports).size).toBe(3);
    for (const { port, url } of addresses) {
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_000);
      expect(url).toBe(`http://127.0.0.1:${port}`);
      // It was let go again.
      expect(await listen(port)).toBe(port);
    }
  });

  it('are drawn again where one is in use, whoever uses it', async () => {
    const taken = await freePort();
    await listen(taken, '0.0.0.0');
    const free = await freePort();
    const draws = [taken, taken, free].map(drawFor);
    const addresses = await chooseAddresses({ ...shop, providers: [] }, () => draws.shift() ?? 0);
    expect(addresses).toEqual([{ name: 'order-service', port: free, url: `http://127.0.0.1:${free}` }]);
  });

  it('are none where there is no service', async () => {
    expect(await chooseAddresses({ orderService: null, providers: [] })).toEqual([]);
  });

  it('are as the scenario says, and then no provider’s', async () => {
    const port = await freePort();
    const draws = [drawFor(port)];
    const orderService = tinyOrderService({ port });
    const addresses = await chooseAddresses({ ...shop, orderService }, () => draws.shift() ?? Math.random());
    expect(addressOf(addresses, 'order-service').port).toBe(port);
    expect(addressOf(addresses, 'email').port).not.toBe(port);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('can’t be one that is in use on %s', async (host) => {
    const port = await listen(0, host);
    await expect(
      chooseAddresses({ ...shop, orderService: tinyOrderService({ port }) }),
    ).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 2,
      message: `Port ${port} of 127.0.0.1, which orderService.port names, is in use`,
      hint: '`port: 0` picks a free one.',
    });
  });

  it('are searched for no longer than that makes sense', async () => {
    const port = await freePort();
    await listen(port);
    const search = chooseAddresses({ ...shop, providers: [] }, () => drawFor(port));
    await expect(search).rejects.toMatchObject({ code: 'port-in-use' });
  });
});
