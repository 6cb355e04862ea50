import type { Plan } from './types.js';

/** A span in which a service is not there; to Infinity: to the end. Scenario seconds. */
export interface Outage {
  readonly kind: 'killed' | 'stopped' | 'frozen';
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

const words = { kill: 'killed', stop: 'stopped', freeze: 'frozen' } as const;

/** When the plan's faults take a service away, in order of time. A frozen one that is killed is two outages, the second right behind the first. */
export function outagesOf({ faults }: Pick<Plan, 'faults'>, service: string): Outage[] {
  const outages: Outage[] = [];
  let open: { kind: Outage['kind']; fromSeconds: number } | null = null;
  for (const { queue, kind, atSeconds } of faults) {
    if (queue !== service) continue;
    if (kind === 'kill' || kind === 'stop' || kind === 'freeze') {
      // Who kills what is frozen ends the freeze; otherwise the first of them is what took it away.
      if (open !== null && open.kind === 'frozen' && kind !== 'freeze') {
        outages.push({ ...open, toSeconds: atSeconds });
        open = null;
      }
      open ??= { kind: words[kind], fromSeconds: atSeconds };
    } else if (open !== null && kind === (open.kind === 'frozen' ? 'thaw' : 'restart')) {
      outages.push({ ...open, toSeconds: atSeconds });
      open = null;
    }
  }
  if (open !== null) outages.push({ ...open, toSeconds: Number.POSITIVE_INFINITY });
  return outages;
}
