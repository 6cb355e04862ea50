import { drawOutcome } from '../../plan/draws.js';
import { idBehind } from '../../plan/messages.js';
import type { Plan, PlannedProducer } from '../../plan/types.js';
import type { MessageEnd, TraceEnd, WholeEnd } from '../../result/history.js';
import type { QueueSpec } from '../../scenario/types.js';
import { instant, nothingTold, type Told, times } from './told.js';

/** What an order's end is judged by. */
export interface Evidence {
  readonly plan: Plan;
  readonly root: string;
  readonly producer: PlannedProducer;
  readonly told: readonly Told[];
  /** Queues whose census lists everything. */
  readonly complete: ReadonlySet<string>;
  readonly seconds: (micros: number) => number;
}

/** What became of an order. */
export interface OrderEnd {
  readonly ends: readonly TraceEnd[];
  readonly whole: { readonly ended: WholeEnd; readonly text: string };
}

interface Judged extends TraceEnd {
  /** Published by the producer itself. */
  readonly isFirst: boolean;
}

/** A sentence for each queue that the order came to or should have come to, and one for the whole (docs/words.md). */
export function endsOf(evidence: Evidence): OrderEnd {
  const { producer, root, told } = evidence;
  const judged: Judged[] = [];
  const follow = (queue: string, message: string, isFirst: boolean): void => {
    if (judged.some((end) => end.queue === queue && end.message === message)) return;
    const spec = evidence.plan.scenario.queues.find(({ name }) => name === queue);
    if (spec === undefined) return;
    const story =
      told.find((each) => each.queue === queue && each.message === message) ?? nothingTold(queue, message);
    const outcome = hasPassed(story) ? drawOutcome(spec, evidence.plan.seed, message) : null;
    const outcomeName = spec.outcomes.length > 1 ? (outcome?.name ?? null) : null;
    judged.push({ queue, message, isFirst, ...endOf(story, spec, outcomeName, isFirst, evidence) });
    for (const target of outcome?.to ?? []) follow(target.queue, idBehind(message, queue), false);
  };
  for (const queue of producer.to) follow(queue, root, true);
  // What the plan did not foresee is told too.
  for (const { queue, message } of told) follow(queue, message, message === root);
  return {
    ends: judged.map(({ queue, message, ended, text }) => ({ queue, message, ended, text })),
    whole: wholeOf(root, judged, told),
  };
}

/** Whether its work came to an outcome. */
function hasPassed({ effects, suppressed }: Told): boolean {
  return effects.length + suppressed.length > 0;
}

function endOf(
  told: Told,
  spec: QueueSpec,
  outcome: string | null,
  isFirst: boolean,
  { complete, seconds }: Evidence,
): Pick<TraceEnd, 'ended' | 'text'> {
  const { effects, suppressed, dead } = told;
  const end = (ended: MessageEnd, text: string) => ({ ended, text });
  const at = (t: number): string => instant(seconds(t));
  const left = [...told.found].find((state) => state !== 'dead');
  if (effects.length > 0) return end('effected', effectedText(told, outcome, left !== undefined, at));
  if (suppressed.some(({ by }) => by === 'provider')) {
    return end(
      'effected',
      'its effect happened: the provider had seen its key, though no worker wrote it down',
    );
  }
  const isDead = told.found.has('dead') || told.foundDeadLettered || (dead !== null && left === undefined);
  if (isDead) {
    const why =
      dead === null ? 'dead' : `dead: given up at ${at(dead.t)}${dead.why === null ? '' : ` (${dead.why})`}`;
    if (spec.deadLetter === null) return end('dead', why);
    const isThere = complete.has(spec.deadLetter.queue) ? told.foundDeadLettered : told.deadLettered;
    return isThere
      ? end('dead', `${why}, and in the dead-letter queue ${spec.deadLetter.queue}`)
      : end('stranded', `${why}, and not in the dead-letter queue ${spec.deadLetter.queue}`);
  }
  if (left !== undefined) return end('pending', 'still on the broker at the end, without its effect');
  if (told.attempts + told.starts === 0) {
    return end('unattempted', isFirst ? 'never published' : 'never published on to this queue');
  }
  const wasThere = told.acknowledged || told.starts > 0;
  if (!wasThere) {
    if (told.merged) return end('merged', 'merged into what the broker had already');
    if (!told.unknown && told.refused) return end('refused', 'refused: it never got to the broker');
    return end('unknown', 'never confirmed, and never seen');
  }
  if (!complete.has(told.queue))
    return end('undetermined', 'not known: there is no complete census of this queue');
  const [first] = suppressed;
  const why = first === undefined ? '' : `: suppressed at ${at(first.t)}, although no effect had happened`;
  return end('lost', why === '' ? 'lost: the broker had it, and it is nowhere' : `lost${why}`);
}

function effectedText(
  told: Told,
  outcome: string | null,
  isLeft: boolean,
  at: (t: number) => string,
): string {
  const { effects, suppressed, dead } = told;
  const [first] = effects as [number, ...number[]];
  const extra = effects.length - 1;
  const happened =
    extra === 0
      ? `its effect happened once, at ${at(first)}`
      : `its effect happened ${times(effects.length)}, at ${effects.map(at).join(' and ')}: ${extra === 1 ? 'a duplicate' : `${extra} duplicates`}`;
  return [
    happened,
    ...(suppressed.length > 0 ? [`suppressed ${times(suppressed.length)}`] : []),
    ...(outcome === null ? [] : [`it came out as ${outcome}`]),
    ...(dead !== null || told.found.has('dead') || told.foundDeadLettered ? ['dead all the same'] : []),
    ...(isLeft ? ['still (or again) on the broker at the end'] : []),
  ].join('; ');
}

/** The first class that holds for any part of its story. */
function wholeOf(root: string, ends: readonly Judged[], told: readonly Told[]): OrderEnd['whole'] {
  const on = (is: (end: Judged) => boolean): string[] => ends.filter(is).map(({ queue }) => queue);
  const unpublished: readonly MessageEnd[] = ['unattempted', 'refused', 'unknown', 'merged'];
  const classes: readonly [WholeEnd, string, string[]][] = [
    ['lost', 'is lost on', on(({ ended }) => ended === 'lost')],
    ['undetermined', 'is undetermined on', on(({ ended }) => ended === 'undetermined')],
    ['pending', 'is pending on', on(({ ended }) => ended === 'pending')],
    ['deadLettered', 'is dead on', on(({ ended }) => ended === 'dead' || ended === 'stranded')],
    ['unpublished', 'did not get to', on(({ ended, isFirst }) => isFirst && unpublished.includes(ended))],
    [
      'notPassedOn',
      'was not passed on to',
      on(({ ended, isFirst }) => !isFirst && unpublished.includes(ended)),
    ],
  ];
  for (const [ended, words, queues] of classes) {
    if (queues.length > 0) return { ended, text: `${root} ${words} ${queues.join(' and ')}` };
  }
  const duplicates = told.reduce((sum, { effects }) => sum + Math.max(0, effects.length - 1), 0);
  const what =
    ends.length === 1 ? 'its effect has happened' : `each of its ${ends.length} effects has happened`;
  const often =
    duplicates === 0 ? ' once' : `, with ${duplicates === 1 ? 'one duplicate' : `${duplicates} duplicates`}`;
  return { ended: 'completed', text: `${root} is completed: ${what}${often}` };
}
