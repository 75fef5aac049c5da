import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineFiles } from '../../src/extension/platform/engineClient.ts';
import { platformName } from '../../src/extension/platform/nativeBinding.ts';

const dist = path.join(import.meta.dirname, '../../dist');

/** The parts of the engine as they ship; undefined when they have not been built. */
export const builtEngine = (): EngineFiles | undefined => {
  const files: EngineFiles = {
    worker: path.join(dist, 'worker.js'),
    runtime: path.join(dist, 'runtime'),
    nativeBinding: path.join(dist, 'native', `${platformName()}.node`),
  };
  return Object.values(files).every((file) => existsSync(file)) ? files : undefined;
};
