/** The steps that a time axis may have, in seconds. */
const timeSteps: readonly number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30],
  ...[60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400],
];

/** The steps that an axis of messages may have: there are no halves. */
const wholeSteps: readonly number[] = Array.from({ length: 10 }, (_, power) => 10 ** power).flatMap((ten) => [
  ten,
  2 * ten,
  5 * ten,
]);

/** Times of an axis: `20 s`, `2:30` (minutes) or `1:30 h`, after how long the axis is and how far its ticks are apart. */
function axisTimes(times: readonly number[], endSeconds: number): string[] {
  const step = times.length < 2 ? endSeconds : (times[1] as number) - (times[0] as number);
  const places = Math.max(0, Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)));
  return times.map((time) => {
    if (endSeconds < 300 || step < 1) return `${grouped(time, places)} s`;
    const whole = Math.round(time);
    if (endSeconds < 7200) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
    if (step < 60)
      return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
    return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))} h`;
  });
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A number with thousands separators. */
function grouped(value: number, places: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: places }).replace('-', '−');
}

/** A value at the cursor, in the words of the tables. */
function inUnitOf({ unit }: Pick<ChartData, 'unit'>, value: number | null): string {
  if (value === null) return '–';
  if (unit === 'messages') return grouped(value, Number.isInteger(value) ? 0 : 1);
  if (unit === 'perSecond') return `${grouped(value, value < 1 ? 3 : 2)}/s`;
  return secondsInWords(value);
}

/** `250 ms`, `4.25 s`, `58.7 s`, `200 s`; longer ones with minutes or hours beside. */
function secondsInWords(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.1) return `${grouped(value * 1000, size < 0.01 ? 1 : 0)} ms`;
  const plain = `${grouped(value, size < 9.995 ? 2 : size < 120 ? 1 : 0)} s`;
  const whole = Math.round(size);
  if (whole < 120) return plain;
  const long =
    whole < 3600
      ? `${Math.floor(whole / 60)}:${two(whole % 60)} min`
      : `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))} h`;
  return `${plain} (${long})`;
}
