/** The first index whose value is at least the limit; the length where there is none. */
export function indexFrom(sorted: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) >= limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first index whose value is above the limit; the length where there is none. */
export function indexAfter(sorted: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
