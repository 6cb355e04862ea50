import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../fixtures/runs.js';
import { generate } from '../soak/generate.js';
import { soak } from '../soak/soak.js';

/** Together they have chains, kills at most points, freezes, redrives, supervisors, debounce and throttle, and every idempotency. */
const seeds = [13, 15, 17, 20, 24, 26];

describe('the soak, short', () => {
  it('keeps its promises in six random scenarios', async () => {
    const said: string[] = [];
    const out = temporaryDirectory();
    for (const seed of seeds) {
      const [soaked] = await soak({
        runs: 1,
        seed,
        speed: generate(seed).speed,
        minutes: 1,
        jobs: 1,
        tries: 0,
        out,
        say: (text) => said.push(text),
      });
      expect(soaked?.problems, said.join('\n')).toEqual([]);
    }
  }, 90_000);
});
