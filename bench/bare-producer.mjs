// BullMQ without the lab: publishes everything in batches as the lab does. argv: url, prefix, queue, how many, batch.
import { Queue } from 'bullmq';
import pLimit from 'p-limit';

const [url, prefix, name, count, batch] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const queue = new Queue(name, { connection: { host: hostname, port: Number(port) }, prefix });
await queue.waitUntilReady();
process.send({ type: 'ready' });
await new Promise((resolve) => process.once('message', resolve));
process.send({ type: 'began', at: process.hrtime.bigint().toString() });
const limit = pLimit(500);
const publishing = [];
for (let first = 1; first <= Number(count); first += Number(batch)) {
  const jobs = [];
  for (let n = first; n < first + Number(batch) && n <= Number(count); n++) {
    jobs.push({
      name: 'message',
      data: { order: n },
      opts: { jobId: `orders/${n}`, removeOnComplete: { count: 10_000 } },
    });
  }
  publishing.push(limit(() => queue.addBulk(jobs)));
  await new Promise((resolve) => setImmediate(resolve));
}
await Promise.all(publishing);
await queue.close();
process.exit(0);
