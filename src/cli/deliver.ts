import { closeSync, openSync, writeFileSync } from 'node:fs';
import { LaunchpadError, messageOf } from '../errors.js';
import { renderJson, toJson } from '../report/json.js';
import { renderReport } from '../report/terminal.js';
import type { RenderOptions } from '../report/text.js';
import type { Outcome } from '../result/comparison.js';
import type { ReportOptions } from './options.js';
import { colorFor, print, widthOf } from './terminal.js';

/**
 * Makes sure, before anything is started, that the reports asked for can be written.
 * @throws LaunchpadError `output-unwritable`
 */
export function checkReportFiles(options: ReportOptions): void {
  if (typeof options.json !== 'string') return;
  try {
    closeSync(openSync(options.json, 'a'));
  } catch (error) {
    throw new LaunchpadError(
      'output-unwritable',
      `The result can't be written to ${options.json}: ${messageOf(error)}`,
      {
        hint: 'Name a file that you may write to with --json. Alone, it must come last: `launchpad report DIRECTORY --json`.',
        cause: error,
      },
    );
  }
}

/** Prints the report, or the JSON in its place, and writes the files asked for. */
export async function deliver(outcome: Outcome, options: ReportOptions): Promise<void> {
  await output(
    () => renderJson(outcome),
    (look) => renderReport(outcome, look),
    options,
  );
}

/** The same for what is no result of a run. */
export async function deliverAs(
  outcome: object,
  render: (look: RenderOptions) => string,
  options: ReportOptions,
): Promise<void> {
  await output(() => toJson(outcome), render, options);
}

async function output(
  json: () => string,
  render: (look: RenderOptions) => string,
  options: ReportOptions,
): Promise<void> {
  if (typeof options.json === 'string') writeFileSync(options.json, json());
  if (options.json === true) return print(process.stdout, json());
  const look = {
    color: colorFor(process.stdout, options.color),
    width: widthOf(process.stdout),
    // Called by npx, it is to be called by npx again.
    command: process.env.npm_command === 'exec' ? 'npx launchpad' : 'launchpad',
  };
  await print(process.stdout, `${render(look)}\n`);
}
