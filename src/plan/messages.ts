/** What a message's id says. */
export interface MessageName {
  readonly producer: string;
  /** From 1. */
  readonly sequence: number;
  /** The queues that it came through, in their order. */
  readonly path: readonly string[];
}

/** `orders/142`; behind queues, `orders/142.intake.inventory`. Names hold neither slash nor dot. */
export function messageId(producer: string, sequence: number, path: readonly string[] = []): string {
  const root = `${producer}/${sequence}`;
  return path.length === 0 ? root : `${root}.${path.join('.')}`;
}

/** The id of the same thing one queue further. */
export function idBehind(message: string, queue: string): string {
  return `${message}.${queue}`;
}

/** The producer's message that it all began with: `orders/142` of `orders/142.intake.inventory`. */
export function rootOf(message: string): string {
  const dot = message.indexOf('.');
  return dot === -1 ? message : message.slice(0, dot);
}

/** Reads an id; null: it is none. */
export function parseMessageId(message: string): MessageName | null {
  const [, producer, sequence, path] = /^([^/.]+)\/([1-9]\d{0,14})((?:\.[^/.]+)*)$/.exec(message) ?? [];
  if (producer === undefined || sequence === undefined || path === undefined) return null;
  return { producer, sequence: Number(sequence), path: path === '' ? [] : path.slice(1).split('.') };
}
