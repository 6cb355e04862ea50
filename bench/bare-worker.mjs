// BullMQ without the lab: a worker that does nothing. argv: url, prefix, queue, concurrency, how many.
import { Worker } from 'bullmq';

const [url, prefix, queue, concurrency, count] = process.argv.slice(2);
const { hostname, port } = new URL(url);
let done = 0;
const worker = new Worker(queue, async () => undefined, {
  connection: { host: hostname, port: Number(port), maxRetriesPerRequest: null },
  prefix,
  concurrency: Number(concurrency),
});
worker.on('completed', () => {
  done++;
  if (done === Number(count))
    process.send({ type: 'done', at: process.hrtime.bigint().toString() }, () => process.exit(0));
});
await worker.waitUntilReady();
process.send({ type: 'ready' });
