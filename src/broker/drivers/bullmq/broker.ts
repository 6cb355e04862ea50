import { Queue } from 'bullmq';
import type { Broker, ConnectOptions } from '../../types.js';
import { Connection } from './connection.js';
import { consume } from './consume.js';
import { readCensus, readDepth, removeQueues } from './observe.js';
import { publish } from './publish.js';
import { readServer } from './server.js';

/** Connects to Redis for one run. Does not wait for it: see Broker.ready. */
export function connect(options: ConnectOptions): Broker {
  const connection = new Connection(options);
  // In braces, so that a cluster keeps all of a run's keys in one place.
  const prefix = `{${options.namespace}}`;
  const queues = new Map<string, Queue>();

  const queueOf = (name: string): Queue => {
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, {
        connection: connection.client,
        prefix,
        skipVersionCheck: true,
        // Observing must leave no key behind, and BullMQ needs none of these.
        skipMetasUpdate: true,
      });
      // What goes wrong is told where it matters, by the rejected call.
      queue.on('error', (error) => {
        connection.trouble = error.message;
      });
      queues.set(name, queue);
    }
    return queue;
  };

  return {
    server: () => connection.observe('INFO', async () => readServer(await connection.client.info())),
    ready: (timeoutSeconds) => connection.ready(timeoutSeconds * 1000),
    // A BullMQ queue comes into being with its first job.
    create: () => connection.observe('PING', async () => void (await connection.client.ping())),
    publish: (queue, messages) => publish(connection, queueOf(queue), messages),
    consume: (queue, consumeOptions, handle, on) =>
      consume(connection, prefix, queue, consumeOptions, handle, on),
    depth: (queue) => connection.observe(`the depth of ${queue}`, () => readDepth(queueOf(queue))),
    census: (queue) => connection.observe(`the census of ${queue}`, () => readCensus(queueOf(queue))),
    remove: (names) =>
      connection.observe('the list of keys', () => removeQueues(connection.client, prefix, names)),
    [Symbol.asyncDispose]: async () => connection.close(),
  };
}
