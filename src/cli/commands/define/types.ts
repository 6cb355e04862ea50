import type { Command } from 'commander';

/** Adds a command to the program. What it does is loaded when it is called; `finish` takes its exit code. */
export type Define = (program: Command, finish: (exitCode: number) => void) => void;
