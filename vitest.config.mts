import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Many tests wait for processes rather than compute, so that two cores are well used by three files at once.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          // On a busy machine the editor may drop a click or a key; a step that fails twice is wrong.
          retry: 1,
        },
      },
    ],
  },
});
