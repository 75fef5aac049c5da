import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openStore } from '../../src/engine/store/openStore.ts';
import { storeConformance, type StorePair } from './store.ts';

const inMemory = (): StorePair => {
  const store = openStore({ file: ':memory:' });
  return { store, other: store, end: () => store.close() };
};

const inOneFile = (): StorePair => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
  const file = path.join(folder, 'tunelens.db');
  const [store, other] = [openStore({ file }), openStore({ file })];
  const end = (): void => {
    store.close();
    other.close();
    rmSync(folder, { recursive: true });
  };
  return { store, other, end };
};

storeConformance('SQLite in memory', inMemory);
storeConformance('SQLite in a file opened twice', inOneFile);
