import type { WriteStream } from 'node:tty';

/**
 * Whether to colour what goes to a stream.
 * @param wanted false after --no-color
 */
export function colorFor(stream: NodeJS.WriteStream, wanted: boolean): boolean {
  if (!wanted || (process.env.NO_COLOR ?? '') !== '') return false;
  if ((process.env.FORCE_COLOR ?? '') !== '') return process.env.FORCE_COLOR !== '0';
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/** Columns to use of a stream: what the terminal has, within reason; 100 where there is none. */
export function widthOf(stream: NodeJS.WriteStream): number {
  const columns = stream.isTTY === true ? (stream as WriteStream).columns : 100;
  return Math.min(120, Math.max(60, columns || 80));
}

/** Whether a stream can show something that is drawn again and again. */
export function isLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb' && (process.env.CI ?? '') === '';
}

/** Writes all of it, and resolves when it is out; a reader that has gone (`| head`, a closed terminal) is no error. */
export function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !['EPIPE', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) reject(error);
      else resolve();
    });
  });
}

/** How the reader calls this command: by npx it is to be called by npx again. */
export function commandName(): string {
  return process.env.npm_command === 'exec' ? 'npx launchpad' : 'launchpad';
}
