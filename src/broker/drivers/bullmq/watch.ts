import type { ConsumerEvents } from '../../types.js';
import type { Connection } from './connection.js';
import type { Hands } from './hands.js';
import type { ReportingWorker } from './worker.js';

/** What BullMQ says of locks; what it means for a job, the job's end says. */
const aboutLocks = /^(could not renew lock|Missing lock|Missing key|Lock mismatch|Job \S+ is not in)/;

/** Errors of a connection; that it is lost, the client says. */
const aboutConnection = /Connection is closed|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN/;

/**
 * Tells a consumer that Redis is away or refuses to work, and that it is back. Returns a function that ends it.
 */
export function watchConnection(
  connection: Connection,
  worker: ReportingWorker,
  hands: Hands,
  on: Pick<ConsumerEvents, 'connected' | 'disconnected'>,
): () => void {
  let isLinked = connection.isUp;
  let isDown = false;
  let isWatching = true;
  const down = (reason: string): void => {
    if (isDown || !isWatching) return;
    isDown = true;
    on.disconnected(reason);
  };
  const up = (): void => {
    if (!isDown || !isWatching) return;
    isDown = false;
    on.connected();
  };
  const closed = (): void => {
    // Each attempt to reconnect that fails closes too.
    if (isLinked) hands.connectionLost();
    isLinked = false;
    down(connection.trouble);
  };
  const linked = (): void => {
    isLinked = true;
    up();
  };
  connection.client.on('close', closed);
  connection.client.on('ready', linked);
  worker.on('active', up);
  // It stays to the end: an error that nobody listens to ends the process.
  worker.on('error', (error) => {
    if (error.name === 'ReplyError') return down(error.message);
    if (aboutLocks.test(error.message) || aboutConnection.test(error.message)) return;
    process.emitWarning(error);
  });
  return () => {
    isWatching = false;
    connection.client.off('close', closed);
    connection.client.off('ready', linked);
  };
}
