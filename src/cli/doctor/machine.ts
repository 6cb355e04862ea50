import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, loadavg, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.js';
import { Clock, LedgerWriter } from '../../ledger/write.js';
import type { Check } from '../../result/doctor.js';

/** The oldest Node that is supported (package.json, `engines`). */
const oldestNode = 20;

/** A check that found nothing to say more of. */
export function ok(name: string, text: string, details: readonly string[] = []): Check {
  return { name, outcome: 'ok', text, details, hint: null };
}

/** The program that runs this. @param node as `process.version` */
export function checkNode(node: string): Check {
  const major = Number(/^v?(\d+)/.exec(node)?.[1] ?? 0);
  if (major >= oldestNode) return ok('Node', `${node} (${oldestNode} or later is supported)`);
  return {
    name: 'Node',
    outcome: 'problem',
    text: `${node} is too old`,
    details: [],
    hint: `Install Node ${oldestNode} or later: https://nodejs.org`,
  };
}

/** The system. */
export function checkSystem(platform: NodeJS.Platform): Check {
  const text = `${platform} ${release()}, ${arch()}`;
  if (platform === 'linux' || platform === 'darwin') return ok('System', text);
  return {
    name: 'System',
    outcome: 'problem',
    text: `${text} is not supported`,
    details: [],
    hint: 'Use Linux, macOS, or WSL on Windows.',
  };
}

/** Producers, workers, the server and the lab all want a core now and then. */
export function checkCores(cores = availableParallelism(), load = loadavg()[0] ?? 0): Check {
  const text = `${cores === 1 ? '1 core' : `${cores} cores`}, load ${load.toFixed(1)}`;
  if (cores > 1 && load <= cores) return ok('Cores', text);
  const what = cores > 1 ? 'The machine is busy' : 'All processes of a run share one core';
  return {
    name: 'Cores',
    outcome: 'warning',
    text,
    details: [],
    hint: `${what}: high rates and high speeds may not be held. A run says so itself.`,
  };
}

/** Later than this a timer is too late for what a run at a high speed wants, in milliseconds. */
const lateMillis = 20;

/** How fine the clock is, and how late timers are. Takes a fifth of a second. */
export async function checkClock(): Promise<Check> {
  const late: number[] = [];
  for (let n = 0; n < 40; n++) {
    const begin = performance.now();
    await sleep(5);
    late.push(performance.now() - begin - 5);
  }
  late.sort((a, b) => a - b);
  const median = Math.max(0, late[Math.floor(late.length / 2)] ?? 0);
  const worst = Math.max(0, late.at(-1) ?? 0);
  const text = `resolves ${clockStepNanos()} ns; timers ${median.toFixed(1)} ms late, ${worst.toFixed(1)} ms at worst (of ${late.length})`;
  if (worst <= lateMillis) return ok('Clock', text);
  return {
    name: 'Clock',
    outcome: 'warning',
    text,
    details: [],
    hint: 'The machine is busy or its clock coarse: keep to lower speeds, or close what else runs.',
  };
}

/** The smallest step that the clock was seen to make. */
function clockStepNanos(): number {
  let least = Number.POSITIVE_INFINITY;
  let before = process.hrtime.bigint();
  for (let n = 0; n < 2_000; n++) {
    const now = process.hrtime.bigint();
    if (now > before) least = Math.min(least, Number(now - before));
    before = now;
  }
  return least;
}

const ledgerLines = 20_000;
const slowPerSecond = 20_000;
const littleBytes = 500e6;

/** Whether run directories can be made in a place, and how fast a ledger is written there. Nothing of it is left. */
export function checkDisk(out: string): Check {
  const place = resolve(out);
  let existing = place;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  let directory: string;
  try {
    directory = mkdtempSync(join(existing, '.launchpad-doctor-'));
  } catch (error) {
    return {
      name: 'Disk',
      outcome: 'problem',
      text: `${place} can't be written to: ${messageOf(error)}`,
      details: [],
      hint: 'Name a directory that you may write to with --out.',
    };
  }
  try {
    const perSecond = ledgerSpeed(directory);
    const { bavail, bsize } = statfsSync(directory);
    const free = bavail * bsize;
    const text = `${place} can be written to: ${Math.round(perSecond / 1000).toLocaleString('en')},000 ledger lines/s, ${(free / 1e9).toFixed(1)} GB free`;
    if (perSecond >= slowPerSecond && free >= littleBytes) return ok('Disk', text);
    const hint =
      free < littleBytes
        ? 'A run on a full disk ends as inconclusive: make room, or name another place with --out.'
        : 'High rates may not be held there: name a directory on a faster disk with --out.';
    return { name: 'Disk', outcome: 'warning', text, details: [], hint };
  } catch (error) {
    return {
      name: 'Disk',
      outcome: 'problem',
      text: `A ledger can't be written in ${place}: ${messageOf(error)}`,
      details: [],
      hint: 'Make room there, or name another directory with --out.',
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lines per second of real time, each of them one synchronous write. */
function ledgerSpeed(directory: string): number {
  const ledger = new LedgerWriter(directory, 'doctor', new Clock(process.hrtime.bigint()), { role: 'lab' });
  const begin = performance.now();
  for (let n = 0; n < ledgerLines; n++) ledger.message('started', 'emails', `orders/${n}`);
  return (ledgerLines * 1000) / (performance.now() - begin);
}
