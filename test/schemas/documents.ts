import type { RunComparison } from '../../src/result/compare.js';
import type { Outcome } from '../../src/result/comparison.js';
import type { Find } from '../../src/result/find.js';
import type { Repeat } from '../../src/result/repeat.js';
import type { Sweep } from '../../src/result/sweep.js';

/** What `--json` gives of results. */
export type Document = Outcome | Repeat | RunComparison | Find | Sweep;
