import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Integration tests measure real processes on real time; files beside each other would disturb each other.
    fileParallelism: false,
  },
});
