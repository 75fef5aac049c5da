import { isList } from '../../space/composite.ts';
import { PythonFile } from '../python/pythonFile.ts';
import { comparedWords, type Site, sitesOf } from '../python/sites.ts';
import { scanSource } from '../scanSource.ts';
import { SourceMemory } from '../sourceMemory.ts';
import type { AnnotatedTunable, LanguageId, LiteralPlace } from '../tunable.ts';
import { type Advice, advise, type Surroundings } from './advise.ts';
import { annotationText } from './annotationText.ts';
import { snakeCase } from './entry.ts';
import { commentText, type PlaceOnLine, placesOnLines } from './placeComment.ts';
import type { Proposal } from './proposal.ts';
import { proposeObjective } from './proposeObjective.ts';
import { proved } from './proved.ts';

/**
 * What is worth tuning in a file and is not tuned yet, in source order, each with an annotation to write and the reason.
 * Judged by names, values and the calls that values are passed to; nothing is run. Literals of no use to tuning (seeds,
 * paths, sizes of the data) are left alone, and so is whatever could not be read back as asked. The objective is among
 * them when the file has none. Only Python so far; other languages have no proposals.
 */
export const proposeTunables = (text: string, language: LanguageId = 'python'): readonly Proposal[] => {
  if (language !== 'python') return [];
  const memory = new SourceMemory();
  const file = new PythonFile(withoutMark(text), memory.statements);
  const present = scanSource(language, text, [], memory);
  const tuned = new Set(present.tunables.map(({ span }) => span.start));
  const around = surroundingsOf(file);
  const judged = sitesOf(file)
    .filter(({ slot }) => !tuned.has(slot.span.start))
    .filter(isOfTraining)
    .flatMap((site) => {
      const advice = advise(site, around);
      // What few would tune is for those who point at it.
      return advice && advice.confidence !== 'low' ? [{ site, advice }] : [];
    });
  const chosen = onePlaceEach(
    judged,
    present.tunables.some(({ role }) => role.kind === 'budget'),
  );
  const places = placesOnLines(
    text,
    language,
    chosen.map(({ site }) => file.lines.lineOf(site.slot.span.end)),
    memory,
  );
  const proposals = chosen.flatMap(({ site, advice }) => {
    const line = file.lines.lineOf(site.slot.span.end);
    const place = places.get(line);
    const condition = conditionFor(site, present.tunables);
    return place ? (proposalAt(site, advice, { line, place, language, condition }) ?? []) : [];
  });
  const hasObjective = present.objectives.length > 0 || present.reports.length > 0;
  const objective = hasObjective ? undefined : proposeObjective(file, text);
  return [...proved(text, language, [...proposals, ...(objective ? [objective] : [])], memory)].sort(
    (a, b) => a.span.start - b.span.start,
  );
};

/** A byte order mark would be read as part of the first name; a space keeps every offset. */
export const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text);

export const surroundingsOf = (file: PythonFile): Surroundings => ({
  modules: file.imports(),
  compared: comparedWords(file),
});

interface Judged {
  readonly site: Site;
  readonly advice: Advice;
}

const notTraining =
  /^(?:test_|_?(?:evaluate|eval|validate|validation|valid|test|predict|infer|inference|sample|generate|serve|deploy|plot|draw|show|save|load|visuali[sz]e|benchmark|profile|export|log|report)(?:_|$))/u;
const notTrainingCall =
  /^(?:predict|evaluate|eval|score|plot|show|save|load|log|print|generate|sample|export|benchmark|imshow|scatter|hist|subplots|format|round|assert\w*)(?:_|$)/iu;
const notTrainingTarget =
  /(?:^|_)(?:val|valid|validation|test|eval|dev|infer|inference|predict|sample)(?:_|$)/iu;

/** Is it part of what trains a model, rather than of what tests, draws or stores it? */
const isOfTraining = ({ slot, functions, classes, target }: Site): boolean => {
  if (functions.some((name) => notTraining.test(name)) || classes.some((name) => /^Test|Tests?$/u.test(name)))
    return false;
  if (slot.form.kind !== 'keyword' && slot.form.kind !== 'argument') return true;
  const callee = slot.form.callee.slice(slot.form.callee.lastIndexOf('.') + 1);
  return (
    !notTrainingCall.test(callee) && !(target !== undefined && notTrainingTarget.test(snakeCase(target)))
  );
};

/**
 * A default that repeats a setting made elsewhere is seldom the one that counts, and a file has one training length:
 * the first setting among those that are no argument of a call.
 */
const onePlaceEach = (judged: readonly Judged[], hasBudget: boolean): readonly Judged[] => {
  const set = new Set(
    judged
      .filter(({ site }) => site.slot.form.kind !== 'default')
      .map(({ site }) => snakeCase(site.slot.name)),
  );
  const lengths = judged.filter(({ advice }) => advice.asked.kind === 'budget');
  const length = hasBudget
    ? undefined
    : (lengths.find(({ site }) => site.slot.form.kind !== 'keyword' && site.slot.form.kind !== 'default') ??
      lengths[0]);
  return judged.filter(
    (each) =>
      (each.advice.asked.kind !== 'budget' || each === length) &&
      (each.site.slot.form.kind !== 'default' || !set.has(snakeCase(each.site.slot.name))),
  );
};

interface Written {
  readonly line: number;
  readonly place: PlaceOnLine;
  readonly language: LanguageId;
  /** Under which it is searched at all. */
  readonly condition?: string | undefined;
}

/** Momentum means something to some optimisers only: where the optimiser is tuned, it is searched for those. */
const conditionFor = ({ slot }: Site, tunables: readonly AnnotatedTunable[]): string | undefined => {
  if (!/^(?:sgd_)?momentum$|^nesterov$/u.test(snakeCase(slot.name))) return undefined;
  for (const { name, role } of tunables) {
    const parameter = role.kind === 'search' ? role.parameter : undefined;
    if (parameter?.kind !== 'categorical' || !/(?:^|\.)(?:optimi[sz]er|optim|opt)$/iu.test(name)) continue;
    const sgd = parameter.choices.find((choice) => typeof choice === 'string' && /^sgd$/iu.test(choice));
    if (sgd !== undefined) return `${name} == ${JSON.stringify(sgd)}`;
  }
  return undefined;
};

/** The annotation for one literal at its place; undefined where the line's annotations leave no room for it. */
export const proposalAt = (
  { slot }: Pick<Site, 'slot'>,
  { asked, what, why, of, confidence, group }: Advice,
  { line, place, language, condition }: Written,
): Proposal | undefined => {
  const { literals, aside, present, insertAt } = place;
  const isOwn = ({ span }: LiteralPlace): boolean => span.start === slot.span.start;
  const isAside = aside.some(isOwn);
  const all = [...literals, ...aside];
  if (!all.some(isOwn) || all.filter(({ name }) => name === slot.name).length > 1) return undefined;
  const scalars = literals.filter(({ value }) => !isList(value));
  const plain = annotationText(asked, slot.text);
  const annotation = condition === undefined ? plain : `${plain} if ${condition}`.trim();
  const named = scalars.length > 1 || present.length > 0 || isAside;
  return {
    name: slot.name,
    span: slot.span,
    line,
    insertAt,
    insertText: commentText(language, annotation, named ? slot.name : undefined),
    annotation,
    reason: `${what}${of === undefined ? '' : ` of ${of}`}: ${why}`,
    confidence,
    group,
  };
};
