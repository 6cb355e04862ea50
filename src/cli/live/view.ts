import type { Prediction } from '../../analysis/index.js';
import type { LedgerTail } from '../../ledger/tail.js';
import type { Clock } from '../../ledger/write.js';
import type { Plan } from '../../plan/types.js';
import { type LiveEvent, renderEvent, renderLive, renderStatusLine } from '../../report/live.js';
import { colorFor, isLive, widthOf } from '../terminal.js';
import { Narrator } from './narrator.js';
import { Screen } from './screen.js';
import { LiveStates } from './state.js';
import { Tally } from './tally.js';

/** Real milliseconds between two looks at the ledger, and between two status lines where there is no terminal. */
const lookMillis = 200;
const statusMillis = 5000;

/** What of a run is shown. */
export interface ViewOptions {
  readonly plan: Plan;
  readonly prediction: Prediction;
  readonly tail: LedgerTail;
  readonly clock: Clock;
  /** false after --no-color. */
  readonly color: boolean;
}

/** Shows a run on standard error while it goes on: event lines, and below them a live table, or now and then a plain status line. */
export class LiveView {
  private readonly tally: Tally;
  private readonly narrator: Narrator;
  private readonly states: LiveStates;
  private readonly screen: Screen | null;
  private readonly timer: NodeJS.Timeout;
  private readonly color: boolean;
  private statusAt = performance.now();
  private draining = false;

  constructor(private readonly options: ViewOptions) {
    const { plan, prediction, color } = options;
    this.tally = new Tally(plan);
    this.narrator = new Narrator(plan, this.tally);
    this.states = new LiveStates(plan, prediction, this.tally);
    this.screen = isLive(process.stderr) ? new Screen(process.stderr) : null;
    this.color = colorFor(process.stderr, color);
    this.timer = setInterval(() => this.refresh(), lookMillis);
  }

  drain(): void {
    this.draining = true;
  }

  /** Shows what is left to show, and gives the terminal back. */
  end(): void {
    clearInterval(this.timer);
    this.refresh(true);
    this.screen?.close();
    this.options.tail.close();
  }

  private refresh(isLast = false): void {
    // In a log a line stays a line. A terminal may change its width at any time.
    const width = this.screen === null ? Number.POSITIVE_INFINITY : widthOf(process.stderr);
    const look = { color: this.color, width };
    const lines = this.news(isLast).map((event) => renderEvent(event, look));
    const state = this.states.at(this.options.clock.now(), this.draining);
    if (this.screen !== null) {
      this.screen.update(lines, renderLive(state, look));
      return;
    }
    const now = performance.now();
    if (now - this.statusAt >= statusMillis) {
      this.statusAt = now;
      lines.push(renderStatusLine(state));
    }
    for (const line of lines) process.stderr.write(`${line}\n`);
  }

  private news(isLast: boolean): LiveEvent[] {
    const lines: LiveEvent[] = [];
    for (const tailed of this.options.tail.poll()) {
      lines.push(...this.narrator.tell(tailed));
      this.tally.add(tailed);
    }
    return [...lines, ...this.narrator.flush(isLast)].sort((a, b) => a.atSeconds - b.atSeconds);
  }
}
