import path from 'node:path';

/** The repository this harness belongs to. */
export const repository = path.resolve(import.meta.dirname, '../../..');

export const screenshots = path.join(repository, 'test/e2e/screenshots');
