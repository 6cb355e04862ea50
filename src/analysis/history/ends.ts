import { drawOutcome } from '../../plan/draws.js';
import { idBehind } from '../../plan/messages.js';
import type { Plan, PlannedProducer } from '../../plan/types.js';
import type { MessageEnd, TraceEnd, WholeEnd } from '../../result/history.js';
import type { QueueSpec } from '../../scenario/types.js';
import type { OrderStory } from './order-story.js';
import { instant, nothingTold, type Told, times } from './told.js';

/** What an order's end is judged by. */
export interface Evidence {
  readonly plan: Plan;
  readonly root: string;
  readonly producer: PlannedProducer;
  readonly told: readonly Told[];
  /** What the customer and the order service say of it; says nothing where the producer publishes itself. */
  readonly order: OrderStory;
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
  const { producer, root, told, order } = evidence;
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
    whole: wholeOf(root, judged, told, order),
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
  { complete, seconds, order, producer }: Evidence,
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
  if (order.leftOut.includes(told.queue)) return end('unattempted', 'left out, and the customer was told so');
  if (told.isDirect) return callEnd(told);
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
    const never = producer.via === 'http' ? 'never begun' : 'never published';
    return end('unattempted', isFirst ? never : 'never published on to this queue');
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

/** Of a step that the order service called for itself, and that had no effect. */
function callEnd({ unknown, failedWhy, starts }: Told): Pick<TraceEnd, 'ended' | 'text'> {
  const why = failedWhy === null ? '' : `: ${failedWhy}`;
  if (unknown) return { ended: 'unknown', text: `not done as far as is known${why}` };
  if (starts === 0 && why === '')
    return { ended: 'refused', text: 'not done: its provider was never called' };
  return { ended: 'refused', text: `not done${why}` };
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

/** Of an order that came by HTTP, and of which not all was done, and nothing will be any more. */
function orderClass(
  root: string,
  missing: readonly string[],
  done: readonly string[],
  { isAccepted, leftOut }: OrderStory,
): OrderEnd['whole'] {
  const without = missing.join(' and ');
  if (missing.length === 0) {
    return { ended: 'unpublished', text: `${root} was accepted without ${leftOut.join(' and ')}` };
  }
  const half = done.length === 0 ? '' : `, half-done: ${done.join(' and ')} happened`;
  return isAccepted === true
    ? { ended: 'lost', text: `${root} is lost${half}: accepted, and nobody has ${without} to do any more` }
    : {
        ended: 'unpublished',
        text:
          done.length === 0
            ? `${root} did not get to ${without}`
            : `${root} is half-done: ${done.join(' and ')} happened, ${without} did not`,
      };
}

/** The first class that holds for any part of its story. */
function wholeOf(
  root: string,
  ends: readonly Judged[],
  told: readonly Told[],
  order: OrderStory,
): OrderEnd['whole'] {
  const { ended, text } = classOf(root, ends, told, order);
  return { ended, text: order.inWords === null ? text : `${text}; ${order.inWords}` };
}

function classOf(
  root: string,
  ends: readonly Judged[],
  told: readonly Told[],
  order: OrderStory,
): OrderEnd['whole'] {
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
  const missing = on(
    ({ ended, isFirst, queue }) => isFirst && unpublished.includes(ended) && !order.leftOut.includes(queue),
  );
  for (const [ended, words, queues] of classes) {
    if (queues.length === 0) continue;
    if (ended !== 'unpublished' || order.inWords === null) {
      return { ended, text: `${root} ${words} ${queues.join(' and ')}` };
    }
    return orderClass(
      root,
      missing,
      on(({ ended: end }) => end === 'effected'),
      order,
    );
  }
  const duplicates = told.reduce((sum, { effects }) => sum + Math.max(0, effects.length - 1), 0);
  const what =
    ends.length === 1 ? 'its effect has happened' : `each of its ${ends.length} effects has happened`;
  const often =
    duplicates === 0 ? ' once' : `, with ${duplicates === 1 ? 'one duplicate' : `${duplicates} duplicates`}`;
  return { ended: 'completed', text: `${root} is completed: ${what}${often}` };
}
