import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { asksForHistory, type HistoryOptions, history } from '../../../src/cli/commands/history.js';
import { shopLedger, shopPlan } from '../../fixtures/history.js';
import { runDirectory, temporaryDirectory } from '../../fixtures/runs.js';

/** What the command prints. */
async function printed(
  directories: readonly string[],
  options: HistoryOptions & { readonly json?: string | true; readonly out?: string },
): Promise<{ code: number; text: string }> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(((part: string, done?: () => void) => {
    text += part;
    done?.();
    return true;
  }) as typeof process.stdout.write);
  onTestFinished(() => write.mockRestore());
  const code = await history(directories, { color: false, out: 'nowhere', ...options });
  write.mockRestore();
  return { code, text };
}

const shop = (): string => runDirectory(shopPlan(), shopLedger());

describe('launchpad report', () => {
  it('--trace prints the story, and --json its data', async () => {
    const directory = shop();
    const { code, text } = await printed([directory], { trace: 'orders/2' });
    expect(code).toBe(0);
    expect(text).toContain('  8.300 s  emails  second effect: a duplicate\n');
    const json = await printed([directory], { trace: '2', json: true });
    expect(JSON.parse(json.text)).toMatchObject({ schema: 'launchpad.trace/1', order: 'orders/2' });
  });

  it('--at prints the state, and writes it to a file', async () => {
    const file = join(temporaryDirectory(), 'state.json');
    const { text } = await printed([shop()], { at: '4600ms', json: file });
    expect(text).toMatch(/^4\.600 s in shop \(to 25\.000 s\)/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      schema: 'launchpad.moment/1',
      atSeconds: 4.6,
    });
  });

  it.each<[HistoryOptions, string]>([
    [{ at: '12' }, '--at 12: 12 has no unit'],
    [{ at: 'noon' }, '--at noon: noon is not a duration'],
    [{ at: '1h' }, '3600 s is after the end: the run ended at 25 s'],
    [{ trace: 'orders/99' }, 'There is no orders/99'],
    [{ trace: '1', at: '1s' }, '--trace, --at and --dead are three questions; ask one at a time'],
  ])('refuses %j', async (options, message) => {
    await expect(printed([shop()], options)).rejects.toMatchObject({ code: 'usage', exitCode: 2, message });
  });

  it('refuses several runs, and a place without any', async () => {
    await expect(printed(['a', 'b'], { dead: true })).rejects.toMatchObject({
      code: 'usage',
      message: '--trace, --at and --dead take one run, not several',
    });
    await expect(printed([], { dead: true, out: temporaryDirectory() })).rejects.toMatchObject({
      code: 'run-not-found',
    });
  });

  it('is asked for the whole report where none of them is there', () => {
    expect([{}, { trace: '1' }, { at: '1s' }, { dead: true }].map(asksForHistory)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});
