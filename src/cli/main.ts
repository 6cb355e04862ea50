import { run } from './program.js';

// A reader that has gone (`| head`), or a terminal that was closed, must not end a run that still has to clean up.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!['EPIPE', 'EIO', 'ECONNRESET'].includes(error.code ?? '')) throw error;
  });
}

process.exitCode = await run(process.argv);
// Timers and sockets of a library must not keep a finished command alive; what was written is flushed first.
process.stdout.write('', () => process.exit());
