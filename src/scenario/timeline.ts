import type { CrashPoint, FaultKind, FaultSpec } from './types.js';
import { formatDuration } from './units.js';

/** One moment of the fault timeline: a fault as written, or the opposite that its `for` implies. */
export interface Moment {
  readonly atSeconds: number;
  readonly kind: FaultKind;
  /** As in FaultSpec: a queue, a provider or the order service. */
  readonly queue: string;
  readonly workers: number | 'all';
  readonly when: CrashPoint;
  readonly repaired: boolean;
  /** Whether it comes from the `for` of its fault. */
  readonly implied: boolean;
  /** Position of the fault in the list that was given. */
  readonly fault: number;
}

/** All moments in order of time. At the same time what a `for` implies comes first, then the order of the list. */
export function timelineOf(faults: readonly FaultSpec[]): Moment[] {
  const moments = faults.flatMap((fault, index): Moment[] => {
    const { atSeconds, kind, queue, workers, when, repaired, forSeconds } = fault;
    const written = { atSeconds, kind, queue, workers, when, repaired, implied: false, fault: index };
    if (forSeconds === null) return [written];
    const opposite = kind === 'freeze' ? 'thaw' : 'restart';
    const end = { atSeconds: atSeconds + forSeconds, kind: opposite, when: 'now', implied: true } as const;
    return [written, { ...written, ...end }];
  });
  return moments.sort(
    (a, b) => a.atSeconds - b.atSeconds || Number(b.implied) - Number(a.implied) || a.fault - b.fault,
  );
}

/** A moment at which there is nothing to hit. */
export interface Nonsense {
  readonly moment: Moment;
  readonly message: string;
  readonly hint: string;
}

/** A fault that hits workers that are there. */
type WorkerFault = Exclude<FaultKind, 'scale' | 'redrive'>;

/** Whom faults strike: a queue's workers, or a service, which is one process. */
export interface Crewed {
  readonly name: string;
  readonly isService: boolean;
  /** Processes at the start. */
  readonly workers: number;
  /** Who was killed is started again after this; null: they stay down. */
  readonly superviseSeconds: number | null;
  /** Whether there may be deaths that nobody ordered. */
  readonly diesByItself: boolean;
}

/** The processes: running, frozen, and down (killed, stopped or scaled away, and not restarted since). */
interface Crew {
  up: number;
  frozen: number;
  down: number;
}

/**
 * Walks the moments of one queue or service, from its processes at the start, and tells those that make no sense: a kill of what
 * is not running, a restart while all are up, a thaw of what is not frozen. Where there are deaths that nobody ordered, there may
 * always be somebody to restart. A supervisor brings back who was killed.
 */
export function findNonsense(crewed: Crewed, moments: readonly Moment[]): Nonsense[] {
  const { superviseSeconds } = crewed;
  const crew: Crew = { up: crewed.workers, frozen: 0, down: 0 };
  const found: Nonsense[] = [];
  let killed: { readonly backAtSeconds: number; readonly workers: number }[] = [];
  for (const moment of moments) {
    if (moment.kind === 'redrive') continue;
    for (const { backAtSeconds, workers } of killed)
      if (backAtSeconds <= moment.atSeconds) apply('restart', workers, crew);
    killed = killed.filter(({ backAtSeconds }) => backAtSeconds > moment.atSeconds);
    if (moment.kind === 'scale') {
      // New workers are new processes; those that are down stay so.
      const total = moment.workers === 'all' ? crew.up : moment.workers;
      crew.down += Math.max(0, crew.up - total);
      crew.up = total;
      continue;
    }
    const problem =
      moment.kind === 'restart' && crewed.diesByItself ? null : judge(moment, moment.kind, crew, crewed);
    if (problem !== null) found.push({ moment, ...problem });
    const downBefore = crew.down;
    apply(moment.kind, moment.workers === 'all' ? Number.POSITIVE_INFINITY : moment.workers, crew);
    if (moment.kind === 'kill' && superviseSeconds !== null) {
      const backAtSeconds = moment.atSeconds + superviseSeconds;
      killed.push({ backAtSeconds, workers: crew.down - downBefore });
    }
  }
  return found;
}

function judge(
  moment: Moment,
  kind: WorkerFault,
  crew: Crew,
  { isService, superviseSeconds }: Crewed,
): { message: string; hint: string } | null {
  const hittable = {
    kill: crew.up + crew.frozen,
    stop: crew.up,
    freeze: crew.up,
    restart: crew.down,
    thaw: crew.frozen,
  };
  const available = hittable[kind];
  if (available > 0 && (moment.workers === 'all' || moment.workers <= available)) return null;
  const state = { kill: 'running', stop: 'running', freeze: 'running', restart: 'down', thaw: 'frozen' }[
    kind
  ];
  const subject = moment.implied ? `the ${kind} that \`for\` implies` : `the ${kind}`;
  const when = formatDuration(moment.atSeconds);
  if (available > 0)
    return {
      message: `${subject} at ${when} wants ${moment.workers} workers, and only ${available} of ${moment.queue} ${available === 1 ? 'is' : 'are'} ${state}`,
      hint: `write workers: ${available}, or workers: all`,
    };
  if (isService)
    return {
      message: `${subject} at ${when} finds that ${moment.queue} is not ${state}`,
      hint: serviceHintFor(kind, crew),
    };
  return {
    message: `${subject} at ${when} finds no worker of ${moment.queue} that is ${state}`,
    hint: hintFor(kind, crew, superviseSeconds),
  };
}

function hintFor(kind: WorkerFault, crew: Crew, superviseSeconds: number | null): string {
  if (kind === 'restart')
    return crew.frozen > 0 ? 'they are frozen: write thaw' : 'kill or stop them before, or leave it out';
  if (kind === 'thaw')
    return crew.down > 0 ? 'they are down: write restart' : 'freeze them before, or leave it out';
  if (crew.frozen > 0) return 'they are frozen: thaw them before';
  if (crew.down > 0 && superviseSeconds !== null)
    return `its supervisor starts them again ${formatDuration(superviseSeconds)} after a kill: let it happen later`;
  if (crew.down > 0) return 'restart them before, or leave it out';
  return 'the queue has no workers then: give it workers, or scale it up before';
}

function serviceHintFor(kind: WorkerFault, crew: Crew): string {
  if (kind === 'restart')
    return crew.frozen > 0 ? 'it is frozen: write thaw' : 'kill or stop it before, or leave the fault out';
  if (kind === 'thaw')
    return crew.down > 0 ? 'it is down: write restart' : 'freeze it before, or leave the fault out';
  return crew.frozen > 0 ? 'it is frozen: thaw it before' : 'restart it before, or leave the fault out';
}

/** Hits as many as are wanted and there: running ones before frozen ones. */
function apply(kind: WorkerFault, wanted: number, crew: Crew): void {
  const move = (from: keyof Crew, to: keyof Crew): number => {
    const moved = Math.min(wanted, crew[from]);
    crew[from] -= moved;
    crew[to] += moved;
    return moved;
  };
  if (kind === 'restart') move('down', 'up');
  else if (kind === 'freeze') move('up', 'frozen');
  else if (kind === 'thaw') move('frozen', 'up');
  else if (kind === 'stop') move('up', 'down');
  else {
    const fromUp = move('up', 'down');
    const frozen = Math.min(wanted - fromUp, crew.frozen);
    crew.frozen -= frozen;
    crew.down += frozen;
  }
}
