import { exitCodes } from '../../errors.js';
import { findLeftovers } from '../../lab/leftovers/index.js';
import { renderDiagnosis } from '../../report/doctor.js';
import { toJson } from '../../report/json.js';
import type { Check, Diagnosis } from '../../result/doctor.js';
import { checkClock, checkCores, checkDisk, checkNode, checkSystem, ok } from '../doctor/machine.js';
import { checkRedis } from '../doctor/redis.js';
import { colorFor, print, widthOf } from '../terminal.js';
import { version } from '../version.js';

/** The options of `launchpad doctor`, as typed. */
export interface DoctorOptions {
  readonly redisUrl?: string;
  readonly out: string;
  readonly download: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** `launchpad doctor`. @returns the exit code: 0 where a run is possible, 2 where none is */
export async function doctor(options: DoctorOptions): Promise<number> {
  // An empty variable is as good as none.
  const url = options.redisUrl ?? (process.env.REDIS_URL || undefined);
  const checks = [
    ok('Launchpad', version()),
    checkNode(process.version),
    checkSystem(process.platform),
    ...(await checkRedis(url, options.download)),
    await checkClock(),
    checkCores(),
    checkDisk(options.out),
    await checkLeftovers(options.out),
  ];
  const diagnosis: Diagnosis = {
    schema: 'launchpad.doctor/1',
    launchpad: version(),
    node: process.version,
    canRun: checks.every(({ outcome }) => outcome !== 'problem'),
    checks,
  };
  const look = { color: colorFor(process.stdout, options.color), width: widthOf(process.stdout) };
  await print(process.stdout, options.json ? toJson(diagnosis) : `${renderDiagnosis(diagnosis, look)}\n`);
  return diagnosis.canRun ? exitCodes.pass : exitCodes.badInput;
}

/** What dead runs have left on this machine. A Redis is not looked at: that may take a while. */
async function checkLeftovers(out: string): Promise<Check> {
  const { items, blind } = await findLeftovers({
    out,
    olderThanSeconds: null,
    keys: null,
    say: () => undefined,
  });
  const name = 'Leftovers';
  if (blind !== null) return { name, outcome: 'warning', text: blind, details: [], hint: null };
  if (items.length === 0) return ok(name, 'none of dead runs');
  const text = items.length === 1 ? '1 thing of a dead run' : `${items.length} things of dead runs`;
  return {
    name,
    outcome: 'warning',
    text,
    details: [],
    hint: '`launchpad clean --dry-run` shows them, `launchpad clean` removes them.',
  };
}
