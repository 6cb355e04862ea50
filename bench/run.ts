import { arch, cpus, platform, release, totalmem } from 'node:os';
import { analysis } from './analysis.js';
import { html } from './html.js';
import { idempotency } from './idempotency.js';
import { model } from './model.js';
import { orders } from './orders.js';
import { limits, pacing } from './pacing.js';
import { predictions } from './predictions.js';
import { startup } from './startup.js';
import { throughput } from './throughput.js';

/** `npm run bench -- startup throughput` runs only those. Exits 1 where an aim is not met. */
const sections: Readonly<Record<string, () => Promise<void>>> = {
  startup,
  limits,
  pacing,
  throughput,
  idempotency,
  orders,
  analysis,
  html,
  model,
  predictions,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in sections));
if (unknown.length > 0) {
  console.error(`No such section: ${unknown.join(', ')}. There are: ${Object.keys(sections).join(', ')}.`);
  process.exit(2);
}
const gib = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${gib} GiB, ${platform()} ${release()} ${arch()}, Node ${process.version}`,
);
for (const [name, section] of Object.entries(sections))
  if (wanted.length === 0 || wanted.includes(name)) await section();
