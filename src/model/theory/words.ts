const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** A number as formulas have it: two decimals, and three digits below 1; `∞` where it has no end. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  return (Math.abs(value) < 1 ? small : figures).format(value);
}

/** `5/s` */
export function perSecond(value: number): string {
  return `${figure(value)}/s`;
}

/** `0.5 s` */
export function inSeconds(value: number): string {
  return `${figure(value)} s`;
}
