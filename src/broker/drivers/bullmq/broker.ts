import { Queue } from 'bullmq';
import { LaunchpadError } from '../../../errors.js';
import type { Broker, BrokerQueue, ConnectOptions } from '../../types.js';
import { Connection } from './connection.js';
import { consume } from './consume.js';
import { readFailedLetters, readLetters } from './dead-letters.js';
import { readCensus, readDepth, removeQueues } from './observe.js';
import { publish } from './publish.js';
import { redrive } from './redrive.js';
import { readServer } from './server.js';

/** Connects to Redis for one run. Does not wait for it: see Broker.ready. */
export function connect(options: ConnectOptions): Broker {
  const connection = new Connection(options);
  const { client } = connection;
  // In braces, so that a cluster keeps all of a run's keys in one place.
  const prefix = `{${options.namespace}}`;
  const specs = new Map(options.queues.map((queue) => [queue.name, queue]));
  const queues = new Map<string, Queue>();

  const queueOf = (name: string): Queue => {
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, {
        connection: client,
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
  const specOf = (name: string): BrokerQueue => {
    const spec = specs.get(name);
    if (spec === undefined) throw new LaunchpadError('internal', `The run has no queue ${name}`);
    return spec;
  };
  const lettersOf = ({ deadLetter }: BrokerQueue): Queue | null =>
    deadLetter === null ? null : queueOf(deadLetter.queue);

  return {
    server: () => connection.observe('INFO', async () => readServer(await client.info())),
    ready: (timeoutSeconds) => connection.ready(timeoutSeconds * 1000),
    // A BullMQ queue comes into being with its first job.
    create: () => connection.observe('PING', async () => void (await client.ping())),
    publish: async (name, messages) =>
      publish(connection, queueOf(name), specOf(name).deduplication, messages),
    consume: async (name, consumeOptions, handle, on) => {
      const spec = specOf(name);
      const served = { spec, prefix, queue: queueOf(name), letters: lettersOf(spec) };
      return consume(connection, served, consumeOptions, handle, on);
    },
    depth: (name) => connection.observe(`the depth of ${name}`, () => readDepth(queueOf(name))),
    census: (name) => connection.observe(`the census of ${name}`, () => readCensus(queueOf(name))),
    deadLetters: async (name) => {
      const letters = lettersOf(specOf(name));
      return connection.observe(`the dead letters of ${name}`, () =>
        letters === null ? readFailedLetters(client, queueOf(name)) : readLetters(letters),
      );
    },
    redrive: async (name, messages, payload) => {
      const spec = specOf(name);
      const from = {
        client,
        queue: queueOf(name),
        letters: lettersOf(spec),
        deduplication: spec.deduplication,
      };
      return connection.observe(`the dead letters of ${name}`, () => redrive(from, messages, payload));
    },
    remove: () =>
      connection.observe('the list of keys', () => removeQueues(client, prefix, namesOf(options.queues))),
    [Symbol.asyncDispose]: async () => connection.close(),
  };
}

/** All queues that there may be keys of. */
function namesOf(queues: readonly BrokerQueue[]): string[] {
  return queues.flatMap(({ name, deadLetter }) => (deadLetter === null ? [name] : [name, deadLetter.queue]));
}
