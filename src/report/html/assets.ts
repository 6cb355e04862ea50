import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchpadError, messageOf } from '../../errors.js';

/** The parts of the page's script, in the order in which they are joined; the last one begins. */
export const clientParts = ['lines', 'time', 'plot', 'zoom', 'hover', 'theme', 'print', 'page'] as const;

/** What a page is made of beside its content. */
export interface Assets {
  readonly uplotScript: string;
  readonly uplotStyle: string;
  readonly pageScript: string;
}

let known: Assets | null = null;

/**
 * The chart library and the page's own script, as they were built.
 * @throws LaunchpadError `internal` where a part of the installation is missing
 */
export function assets(): Assets {
  known ??= {
    uplotScript: part(() => library('uPlot.iife.min.js')),
    uplotStyle: part(() => library('uPlot.min.css')),
    pageScript: part(pageScript),
  };
  return known;
}

function library(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${file}`), 'utf8');
}

/** From the built package also where this file is run from its source. */
function pageScript(): string {
  const here = dirname(fileURLToPath(import.meta.url)).replace(
    /([\\/])src([\\/]report[\\/]html)$/,
    '$1dist$2',
  );
  return clientParts.map((name) => readFileSync(join(here, 'client', `${name}.js`), 'utf8')).join('\n');
}

function part(read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw new LaunchpadError('internal', `A part of the HTML report is missing: ${messageOf(error)}`, {
      hint: 'Install Launchpad again; from its source, run `npm run build` first.',
      cause: error,
    });
  }
}
