import { appendFileSync } from 'node:fs';
import { messageOf } from '../errors.js';

/**
 * Adds Markdown to the summary of the job, where a CI has one (`GITHUB_STEP_SUMMARY`). A summary that can't be written is a warning: it was not asked
 * for, and must not fail what was.
 */
export async function addToStepSummary(markdown: () => Promise<string>): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY ?? '';
  if (file === '') return;
  try {
    // After a line that nobody ended, a heading would be none.
    appendFileSync(file, `\n${await markdown()}`);
  } catch (error) {
    process.stderr.write(`The job's summary (GITHUB_STEP_SUMMARY) can't be written: ${messageOf(error)}\n`);
  }
}
