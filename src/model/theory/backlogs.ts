import type { TheoryFormula } from '../../result/theory.js';
import { drainSeconds, outage } from '../formulas.js';
import { tidy } from '../pieces.js';
import type { Extremes, Stretch } from './stretches.js';
import { figure, inSeconds, perSecond } from './words.js';

const steady =
  'arrivals and capacity are steady, and many messages wait: whole messages and the windows of a limiter move it by a message or a window';

/**
 * The closed forms of a time with a backlog, filled in: what gathers, how long it takes to catch up, and when all is done.
 * @param when added to each, to tell several such times apart; null: there is one
 */
export function backlogFormulas(stretch: Stretch, when: string | null): TheoryFormula[] {
  return [gathered(stretch, when), catchUp(stretch, when), drained(stretch)].flatMap((formula) =>
    formula === null ? [] : [{ ...formula, value: formula.value === null ? null : tidy(formula.value) }],
  );
}

/** What waits when the capacity is above the arrivals again. */
function gathered({ before }: Stretch, when: string | null): TheoryFormula | null {
  const { arrived, served, seconds, awaySeconds, arrivals, capacity } = before;
  const value = arrived - served;
  const common = { name: 'backlog', value, unit: 'messages', note: when, holds: steady } as const;
  const rate = arrived / seconds;
  const isRamp = !isOne(arrivals);
  if (capacity.highest === 0) {
    if (isRamp) return null;
    const filled = `${perSecond(rate)} × ${inSeconds(seconds)}`;
    return { ...common, says: 'the outage leaves', general: 'λT', filled };
  }
  if (awaySeconds > 0) {
    const filled = `${figure(arrived)} − ${perSecond(capacity.highest)} × ${inSeconds(seconds - awaySeconds)}`;
    const isExact =
      Math.abs(served - capacity.highest * (seconds - awaySeconds)) < 1e-6 * Math.max(1, served);
    return isExact ? { ...common, says: 'the outage leaves', general: 'arrived − served', filled } : null;
  }
  if (!isOne(capacity)) return null;
  const mean = isRamp ? ' (λ on average)' : '';
  return {
    ...common,
    says: `in ${inSeconds(seconds)} the backlog grows to`,
    general: `(λ − μ)T${mean}`,
    filled: `(${perSecond(rate)} − ${perSecond(capacity.highest)}) × ${inSeconds(seconds)}`,
  };
}

/** From the recovery point until caught up. */
function catchUp(stretch: Stretch, when: string | null): TheoryFormula | null {
  const { before, after } = stretch;
  const common = { name: 'catch-up', unit: 'seconds', note: when, holds: steady } as const;
  if (after === null) {
    const filled = '∞: no worker comes back';
    return { ...common, says: 'catching up takes', general: 'backlog/μ', filled, value: null, note: null };
  }
  if (!isOne(after.capacity)) return null;
  const capacity = after.capacity.highest;
  const backlog = before.arrived - before.served;
  const still = after.arrived / after.seconds;
  const isSteady = isOne(after.arrivals);
  if (before.capacity.highest === 0 && isSteady && isOne(before.arrivals, still)) {
    const { catchUpSeconds: value, timesTheOutage } = outage(still, capacity, before.seconds);
    return {
      ...common,
      says: `ρ = ${figure(still / capacity)}: catching up takes`,
      general: 'ρ/(1−ρ)',
      filled: `${figure(timesTheOutage ?? Number.POSITIVE_INFINITY)} × the outage of ${inSeconds(before.seconds)}`,
      value,
    };
  }
  const says = 'catching up takes';
  const isOverload = isOne(before.capacity) && before.awaySeconds === 0;
  const what = isOverload ? '(λ − μ)T' : 'backlog';
  if (after.arrived === 0) {
    const value = drainSeconds(backlog, 0, capacity);
    return {
      ...common,
      says,
      general: `${what}/μ`,
      filled: `${figure(backlog)} / (${perSecond(capacity)})`,
      value,
    };
  }
  if (!isSteady && after.arrivals.lowest === 0) {
    const filled = `(${figure(backlog)} + ${figure(after.arrived)}) / (${perSecond(capacity)})`;
    const value = drainSeconds(backlog + after.arrived, 0, capacity);
    return { ...common, says, general: '(backlog + what still comes)/μ', filled, value };
  }
  const mean = isSteady ? '' : ' (λ₀ on average)';
  return {
    ...common,
    says,
    general: `${what}/(μ − λ₀)${mean}`,
    filled: `${figure(backlog)} / (${perSecond(capacity)} − ${perSecond(still)})`,
    value: drainSeconds(backlog, still, capacity),
  };
}

/** When a queue is empty that has a backlog from the first message to the last. */
function drained({ fromSeconds, before, after }: Stretch): TheoryFormula | null {
  if (after === null || fromSeconds > 0 || !isOne(after.capacity)) return null;
  const capacity = after.capacity.highest;
  const upSeconds = before.seconds - before.awaySeconds;
  const isBusyToTheEnd = after.arrivals.lowest === 0;
  if (!isBusyToTheEnd || Math.abs(before.served - capacity * upSeconds) > 1e-6 * Math.max(1, before.served))
    return null;
  const messages = before.arrived + after.arrived;
  const away = before.awaySeconds > 0;
  return {
    name: 'drained',
    says: 'all are done at',
    general: away ? 'N/μ + T' : 'N/μ',
    filled: `${figure(messages)} / (${perSecond(capacity)})${away ? ` + ${inSeconds(before.awaySeconds)}` : ''}`,
    value: messages / capacity + before.awaySeconds,
    unit: 'seconds',
    note: null,
    holds: 'messages wait from the first arrival to the last',
  };
}

/** Whether a rate was the same throughout. @param rate the one that it has to be */
function isOne({ lowest, highest }: Extremes, rate = highest): boolean {
  return Math.abs(highest - lowest) <= 1e-9 * highest && Math.abs(highest - rate) <= 1e-9 * highest;
}
