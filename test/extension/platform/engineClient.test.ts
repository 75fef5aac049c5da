import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { EngineClient } from '../../../src/extension/platform/engineClient.ts';
import { EngineSession } from '../../../src/extension/state/session.ts';

// Bundled, as the real one is: a thread loads plain JavaScript.
const folder = mkdtempSync(path.join(tmpdir(), 'tunelens worker '));
const files = { worker: path.join(folder, 'worker.js'), runtime: '/r', nativeBinding: '/n' };
beforeAll(async () => {
  const entry = path.join(import.meta.dirname, 'scriptedEngine.ts');
  await build({ entryPoints: [entry], outfile: files.worker, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const clients: EngineClient[] = [];
const aClient = (workspace = '/w'): EngineClient => {
  const client = new EngineClient(workspace, files);
  clients.push(client);
  return client;
};

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

test('nothing starts before the first request', async () => {
  const client = aClient();
  expect(client.started).toBe(false);
  await client.request('resume', { study: 's1' });
  expect(client.started).toBe(true);
});

test('a refused request keeps its code and details', async () => {
  const start = aClient().request('start', { script: '/w/train.py', interpreter: 'python3', args: [] });
  await expect(start).rejects.toMatchObject({ code: 'bad-input', details: [{ file: '/w/train.py' }] });
});

test('a store that cannot be opened is told, and can be tried again', async () => {
  const client = aClient('/newer');
  const crashes: string[] = [];
  client.onCrash((reason) => crashes.push(reason));
  await expect(client.open()).rejects.toMatchObject({ code: 'newer' });
  expect(client.started).toBe(false);
  await expect(client.open()).rejects.toMatchObject({ code: 'newer' });
  expect(crashes).toEqual([]);
});

test('every opening is told, also that after a loss', async () => {
  const client = aClient();
  let openings = 0;
  client.onOpened(() => openings++);
  await client.open();
  await client.open();
  expect(openings).toBe(1);
  await client.request('stop', { study: 's1' }).catch(() => null);
  await client.open();
  expect(openings).toBe(2);
});

test('when the thread dies, what waits rejects, it is told once, and the next request starts anew', async () => {
  const client = aClient();
  const crashes: string[] = [];
  client.onCrash((reason) => crashes.push(reason));
  await expect(client.request('stop', { study: 's1' })).rejects.toMatchObject({ code: 'disposed' });
  expect(crashes).toEqual(['The engine ended with exit code 3.']);
  await expect(client.request('resume', { study: 's1' })).resolves.toBeNull();
});

test('closing is no crash, and nothing starts after it', async () => {
  const client = aClient();
  const crashes: string[] = [];
  client.onCrash((reason) => crashes.push(reason));
  await client.open();
  await client.close();
  await expect(client.open()).rejects.toMatchObject({ code: 'disposed' });
  expect(crashes).toEqual([]);
});

test('a session holds everything once it is open, and follows each change', async () => {
  const session = new EngineSession(aClient());
  await session.open();
  expect(session.mirror.study('s1')?.seed).toBe(1);
  const changed = vi.fn();
  session.onDidChange(changed);
  await session.request('pause', { study: 's1' });
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(session.mirror.study('s1')?.seed).toBe(2);
});

test('many changes reach listeners at most ten times a second', async () => {
  const session = new EngineSession(aClient());
  await session.open();
  const changed = vi.fn();
  session.onDidChange(changed);
  for (let i = 0; i < 200; i++) await session.request('pause', { study: 's1' });
  await vi.waitFor(() => expect(session.mirror.study('s1')?.seed).toBe(201));
  expect(changed.mock.calls.length).toBeLessThan(30); // 200 changes, in far less than three seconds
});
