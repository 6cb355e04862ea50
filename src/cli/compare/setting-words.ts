import { formatDuration, formatRate, plain } from '../../scenario/units.js';

type Members = Readonly<Record<string, unknown>>;

/** A setting's value as one would say it: `5/s`, `300ms`, `exponential 2s`, `100/s for 3s`, `kill emails at 1s, after-effect`. */
export function inWords(value: unknown, key = ''): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'number') return /Seconds$/.test(key) ? formatDuration(value) : perSecond(value, key);
  if (Array.isArray(value)) return listInWords(value, key);
  return typeof value === 'object' ? objectInWords(value as Members) : String(value);
}

/** The name of a setting without the unit that its value says. */
export function nameOf(key: string): string {
  return key.replace(/Seconds$/, '');
}

function perSecond(value: number, key: string): string {
  return /PerSecond$/.test(key) ? `${plain(value)}/s` : plain(value);
}

function listInWords(values: readonly unknown[], key: string): string {
  if (values.length === 0) return 'none';
  // A trace has thousands.
  if (key === 'times') return `${values.length} times, from a trace`;
  return values.map((value) => inWords(value, key)).join(', ');
}

function objectInWords(members: Members): string {
  const { count, perSeconds, kind, meanSeconds, forSeconds, fromPerSecond, toPerSecond } = members;
  if (typeof count === 'number' && typeof perSeconds === 'number') return formatRate({ count, perSeconds });
  if (typeof meanSeconds === 'number') {
    const mean = formatDuration(meanSeconds);
    const { cv } = members;
    const spread = typeof cv === 'number' ? `, cv ${plain(cv)}` : '';
    return kind === 'constant' ? mean : `${String(kind)} ${mean}${spread}`;
  }
  if (typeof fromPerSecond === 'number' && typeof forSeconds === 'number') {
    const to = toPerSecond === fromPerSecond ? '' : ` to ${inWords(toPerSecond, 'toPerSecond')}`;
    return `${inWords(fromPerSecond, 'fromPerSecond')}${to} for ${formatDuration(forSeconds)}`;
  }
  if (typeof members.atSeconds === 'number') return faultInWords(members);
  const entries = Object.entries(members);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return inWords(only[1], only[0]);
  return entries
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${nameOf(key)} ${bracketed(value, key)}`)
    .join(', ');
}

function bracketed(value: unknown, key: string): string {
  const words = inWords(value, key);
  return typeof value === 'object' && words.includes(', ') ? `(${words})` : words;
}

function faultInWords({ kind, queue, target, atSeconds, workers, when, forSeconds }: Members): string {
  const which = typeof workers === 'number' ? ` (${workers})` : '';
  const aim = typeof when === 'string' && when !== 'now' ? `, ${when}` : '';
  const lasts = typeof forSeconds === 'number' ? ` for ${formatDuration(forSeconds)}` : '';
  return `${String(kind)} ${String(queue ?? target)}${which} at ${inWords(atSeconds, 'atSeconds')}${lasts}${aim}`;
}
