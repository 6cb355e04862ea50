const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** Lines that stay, above a block that is drawn again and again at the bottom of a terminal. */
export class Screen {
  private drawn = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.stream.write(hideCursor);
  }

  /** Prints lines that stay, and the block below them. */
  update(lines: readonly string[], block: readonly string[]): void {
    // What has scrolled out of the terminal can't be drawn over.
    const visible = block.slice(0, Math.max(0, (this.stream.rows || 24) - 1));
    const text = [...lines, ...visible].map((line) => `${line}\n`).join('');
    this.stream.write(this.erase() + text);
    this.drawn = visible.length;
  }

  /** Removes the block and gives the terminal back as it was. */
  close(): void {
    this.stream.write(this.erase() + showCursor);
    this.drawn = 0;
  }

  /** To the first line of the block, and everything from there on cleared. */
  private erase(): string {
    return this.drawn === 0 ? '' : `\u001b[${this.drawn}F\u001b[0J`;
  }
}
