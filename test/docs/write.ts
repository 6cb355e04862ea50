import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeProgram } from '../../src/cli/describe.js';
import { programOf } from '../../src/cli/program.js';

/** Writes the pages of the documentation that follow from the code: `npm run docs`. */
const page = fileURLToPath(new URL('../../docs/cli.md', import.meta.url));
writeFileSync(page, describeProgram(programOf(() => undefined)));
