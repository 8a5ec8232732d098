import { defineConfig } from 'vitest/config';

// Two cores: GPU files share the software driver's threads, so at most two files run at once, each in its own process.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
