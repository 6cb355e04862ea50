/** The lines of a chart over one common list of times, as the chart library wants them. */
function alignLines({ times, lines, endSeconds }: ChartData): [number[], ...(number | null)[][]] {
  const all = Float64Array.from([0, endSeconds, ...times.flat()]).sort();
  const at: number[] = [];
  for (const time of all) if (time !== at[at.length - 1] && time <= endSeconds) at.push(time);
  return [at, ...lines.map((line) => valuesAt(line, times[line.times] ?? [], at))];
}

/** A line's values at rising times; null before it begins, and after a straight one's end. */
function valuesAt(line: LineData, own: readonly number[], at: readonly number[]): (number | null)[] {
  let next = 0;
  return at.map((time) => {
    while (next < own.length && (own[next] as number) <= time) next++;
    return between(line, own, next - 1, time);
  });
}

/** A line's value at one time. */
function valueOfLine(line: LineData, own: readonly number[], time: number): number | null {
  let [low, high] = [0, own.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((own[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return between(line, own, low - 1, time);
}

function between(
  { values, shape }: LineData,
  own: readonly number[],
  before: number,
  time: number,
): number | null {
  const value = values[before];
  const from = own[before];
  if (value === undefined || from === undefined) return null;
  if (shape === 'steps' || from === time) return value;
  const [to, then] = [own[before + 1], values[before + 1]];
  if (to === undefined || then === undefined) return null;
  return value + ((then - value) * (time - from)) / (to - from);
}
