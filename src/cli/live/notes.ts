/** As many messages as one line names. */
const mostNamed = 6;

/** What happened to several messages of a queue since it was last told. */
export interface Noted {
  readonly queue: string;
  /** When the first of it was; and the last. Microseconds. */
  readonly at: number;
  until: number;
  readonly messages: string[];
  /** Empty: there is none. */
  readonly why: string;
}

/** Things of one kind that happen to message after message, told together by queue and reason. */
export class Notes {
  private readonly notes = new Map<string, Noted>();
  /** When a queue's were last told, for those that are told now and then only. */
  private readonly toldAt = new Map<string, number>();

  /** @param pauseMicros how long a queue's notes wait for more after some were told; 0: not at all */
  constructor(private readonly pauseMicros: (queue: string) => number = () => 0) {}

  add(event: { readonly q: string; readonly m: string; readonly t: number }, why = ''): void {
    const key = `${event.q} ${why}`;
    const noted = this.notes.get(key);
    if (noted !== undefined) {
      noted.messages.push(event.m);
      noted.until = Math.max(noted.until, event.t);
      return;
    }
    this.notes.set(key, { queue: event.q, at: event.t, until: event.t, messages: [event.m], why });
  }

  /** Those that are to be told, which are then forgotten. @param isLast all of them, however lately others were told */
  take(now: number, isLast: boolean): Noted[] {
    const due = [...this.notes].filter(
      ([, { queue }]) =>
        isLast || now - (this.toldAt.get(queue) ?? Number.NEGATIVE_INFINITY) >= this.pauseMicros(queue),
    );
    for (const [key, { queue }] of due) {
      this.notes.delete(key);
      this.toldAt.set(queue, now);
    }
    return due.map(([, noted]) => noted);
  }
}

/** `orders/1, orders/2 and 17 more`: each once, however often it is in the list. */
export function named(all: readonly string[]): string {
  const messages = [...new Set(all)];
  const more = messages.length > mostNamed ? ` and ${messages.length - mostNamed} more` : '';
  return `${messages.slice(0, mostNamed).join(', ')}${more}`;
}
