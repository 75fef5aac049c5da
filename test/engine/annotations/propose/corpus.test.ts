import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { insertAll } from '../../../../src/engine/annotations/propose/placeComment.ts';
import type { Proposal } from '../../../../src/engine/annotations/propose/proposal.ts';
import { proposeTunables } from '../../../../src/engine/annotations/propose/proposeTunables.ts';
import { scanPython } from '../../../../src/engine/annotations/scanPython.ts';

const folder = new URL('../../../fixtures/corpus/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.py'));
const texts = new Map(scripts.map((name) => [name, read(name)]));
const proposals = new Map([...texts].map(([name, text]) => [name, proposeTunables(text)]));

interface Labels {
  readonly tune: readonly string[];
  readonly may: readonly string[];
  readonly objective: readonly string[];
}

const readLabels = (): ReadonlyMap<string, Labels> => {
  const found = new Map<string, { tune: string[]; may: string[]; objective: string[] }>();
  let current = { tune: [] as string[], may: [] as string[], objective: [] as string[] };
  for (const line of read('labels.txt').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const names = line.slice(1).trim().split(/\s+/u);
    if (line.startsWith('+ ')) current.tune.push(...names);
    else if (line.startsWith('~ ')) current.may.push(...names);
    else if (line.startsWith('= ')) current.objective.push(...names);
    else {
      current = { tune: [], may: [], objective: [] };
      found.set(line, current);
    }
  }
  return found;
};

const labels = readLabels();

const isNamed = ({ name, line }: Proposal, names: readonly string[]): boolean =>
  names.includes(name) || names.includes(`${name}@${line + 1}`);

test('every script of the corpus is labelled', () => {
  expect([...labels.keys()].sort()).toEqual([...scripts].sort());
});

interface Score {
  readonly precision: number;
  readonly recall: number;
}

const scoreOf = (title: string, chosen: readonly string[]): Score => {
  const wrong: string[] = [];
  const missed: string[] = [];
  let [right, wanted] = [0, 0];
  for (const script of chosen) {
    const found = proposals.get(script) ?? [];
    const { tune, may, objective } = labels.get(script) ?? { tune: [], may: [], objective: [] };
    for (const each of found) {
      if (isNamed(each, each.group === 'objective' ? objective : tune)) right++;
      else if (!isNamed(each, may)) wrong.push(`${script}:${each.line + 1} ${each.name}`);
    }
    const sought = [...tune.map((name) => [name]), ...(objective.length > 0 ? [objective] : [])];
    wanted += sought.length;
    for (const names of sought)
      if (!found.some((each) => isNamed(each, names))) missed.push(`${script} ${names.join('|')}`);
  }
  const score = { precision: right / (right + wrong.length), recall: (wanted - missed.length) / wanted };
  const shown = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${title}, ${chosen.length} scripts: precision ${shown(score.precision)}, recall ${shown(score.recall)} of ${wanted}\n` +
      `wrong: ${wrong.join(', ') || 'none'}\nmissed: ${missed.join(', ') || 'none'}`,
  );
  return score;
};

test('what is proposed is what somebody who trains models would tune', () => {
  const isHeldOut = (name: string): boolean => name.startsWith('heldout_');
  const seen = scoreOf(
    'corpus',
    scripts.filter((name) => !isHeldOut(name)),
  );
  const heldOut = scoreOf('held out', scripts.filter(isHeldOut));
  expect(seen.precision).toBeGreaterThan(0.98);
  expect(seen.recall).toBeGreaterThan(0.95);
  expect(heldOut.precision).toBeGreaterThan(0.95);
  expect(heldOut.recall).toBeGreaterThan(0.9);
});

test('helpers and preparation have nothing proposed', () => {
  for (const script of ['library_module.py', 'preprocess.py']) expect(proposals.get(script)).toEqual([]);
});

/** Each script's proposals on a line each, as committed; `vitest -u` writes them anew, to be reviewed like code. */
test('the proposals are those that were reviewed', async () => {
  const lines = [...proposals].flatMap(([script, found]) => [
    script,
    ...found.map(
      ({ line, name, insertText, reason, confidence }) =>
        `  ${line + 1} ${name} |${insertText} | ${reason} | ${confidence}`,
    ),
  ]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../../fixtures/corpus/proposals.txt');
});

test('all proposals of a script at once are read back, and so is each alone', () => {
  for (const [script, text] of texts) {
    const found = proposals.get(script) ?? [];
    const before = scanPython(text).problems.length;
    const inOrder = [...found].sort((a, b) => a.insertAt - b.insertAt);
    const all = scanPython(insertAll(text, inOrder));
    expect([script, all.problems.slice(before)]).toEqual([script, []]);
    expect(all.tunables).toHaveLength(found.filter(({ group }) => group !== 'objective').length);
    for (const one of found) expect(scanPython(insertAll(text, [one])).problems.length).toBe(before);
  }
});

test('a script whose proposals were all taken has no more', () => {
  for (const [script, text] of texts) {
    const inOrder = [...(proposals.get(script) ?? [])].sort((a, b) => a.insertAt - b.insertAt);
    expect([script, proposeTunables(insertAll(text, inOrder)).map(({ name }) => name)]).toEqual([script, []]);
  }
});
