/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** `median (lowest to highest)` with so many digits. */
export function spread(values: readonly number[], digits = 2): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** One line of the bench: what, what was measured, and whether it is where it should be. */
export function line(
  what: string,
  measured: string,
  aim?: { readonly text: string; readonly met: boolean },
): void {
  const verdict = aim === undefined ? '' : `   ${aim.met ? 'met' : 'NOT MET'}: ${aim.text}`;
  console.log(`  ${what.padEnd(52)} ${measured}${verdict}`);
  if (aim !== undefined && !aim.met) process.exitCode = 1;
}
