import { run } from './program.js';

process.exitCode = await run(process.argv);
// Timers and sockets of a library must not keep a finished command alive; what was written is flushed first.
process.stdout.write('', () => process.exit());
