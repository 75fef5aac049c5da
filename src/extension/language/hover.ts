import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Disposable,
  Hover,
  type HoverProvider,
  languages,
  MarkdownString,
  type TextDocument,
  type Uri,
} from 'vscode';
import { type FileAnnotations, strategiesIn } from '../../engine/index.ts';
import type { ImportanceView, StudyView, TrialView } from '../../protocol/index.ts';
import { presentPalette, toDataUri } from '../drawing/presentPalette.ts';
import { bindCommand } from '../contributions.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { fileUriOf } from '../state/notebooks.ts';
import { Importances } from '../state/importances.ts';
import type { Studies } from '../state/studies.ts';
import { toMetric } from '../state/words.ts';
import { collectHover, type HoverFacts, type HoverText, hoverPlace, picturePlace } from './collectHover.ts';
import type { AboutStrategy } from './completion.ts';
import { isWithin } from './place.ts';
import { newestStudy, parameterOf } from '../state/studyOfFile.ts';
import { toRange } from '../platform/toRange.ts';

/** What a tuned literal is, when the mouse rests on it, on its name or on its annotation. */
export const registerHover = (
  annotations: DocumentAnnotations,
  studies: Studies,
  aboutStrategy: AboutStrategy,
): Disposable => {
  const importances = new Importances();
  const provider: HoverProvider = {
    provideHover: async (document, position, token) => {
      const source = document.getText();
      const read = annotations.of(document);
      const offset = document.offsetAt(position);
      const place = hoverPlace(source, read, offset);
      if (place === undefined) return strategyHover(document, read, offset, aboutStrategy);
      const facts = await factsOf(studies, importances, fileUriOf(document), place.tunable.name);
      if (token.isCancellationRequested) return undefined;
      const text = collectHover(place.tunable, facts, presentPalette());
      return new Hover(toMarkdown(text), safeRange(document, place.span));
    },
  };
  return languages.registerHoverProvider(annotatableSelector, provider);
};

/** What a sampler or a rule for early stopping does. */
const strategyHover = (
  document: TextDocument,
  { comments }: FileAnnotations,
  offset: number,
  aboutStrategy: AboutStrategy,
): Hover | undefined => {
  const named = comments
    .flatMap((comment) => strategiesIn(document.getText(), comment))
    .find(({ span }) => isWithin(span, offset));
  const about = named && aboutStrategy(named.of, named.name);
  return named && about !== undefined
    ? new Hover(new MarkdownString(`**${named.name}** · ${about}`), toRange(document, named.span))
    : undefined;
};

/** The document may have become shorter while a study was asked. */
const safeRange = (document: TextDocument, span: Parameters<typeof toRange>[1]): ReturnType<typeof toRange> =>
  document.validateRange(toRange(document, span));

const toMarkdown = ({ markdown, alt, picture }: HoverText): MarkdownString => {
  if (picture === undefined) return trusted(markdown);
  const image = `![${alt.replaceAll(/[[\]\\]/gu, '')}](${toDataUri(picture.svg)}|width=${picture.width},height=${picture.height})`;
  return trusted(markdown.replace(picturePlace, () => image));
};

/** Texts of files are escaped, and no other command than this one is ever run by a link. */
const trusted = (markdown: string): MarkdownString => {
  const text = new MarkdownString(markdown);
  text.isTrusted = { enabledCommands: ['tunelens.insertBest'] };
  return text;
};

const factsOf = async (
  studies: Studies,
  importances: Importances,
  uri: Uri,
  name: string,
): Promise<HoverFacts | undefined> => {
  const found = newestStudy(studies, uri);
  const parameter = found && parameterOf(found, name);
  if (found === undefined || parameter === undefined) return undefined;
  const { session, study } = found;
  const trials = session.mirror.trials(study.id).filter(({ params }) => params[parameter] !== undefined);
  const best = bestOf(study, session.mirror.best(study.id), parameter);
  const importance = rankOf(await soon(importances.of(found)), parameter);
  return {
    study: study.name,
    trials: trials.length,
    ...(best && { best }),
    ...(importance && { importance }),
  };
};

/** A hover is of no use when it comes late; what is ready by the next one is shown then. */
const patienceMs = 300;

const soon = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([answer, sleep(patienceMs, undefined, { ref: false })]);

const bestOf = (study: StudyView, best: TrialView | undefined, parameter: string): HoverFacts['best'] => {
  const value = best?.params[parameter];
  if (best === undefined || value === undefined) return undefined;
  const metric = toMetric(study, best);
  const { command, arguments: args } = bindCommand('tunelens.insertBest', {
    study: study.id,
    parameter,
    trial: best.number,
  });
  const insert = `command:${command}?${encodeURIComponent(JSON.stringify(args))}`;
  return { value, trial: best.number, insert, ...(metric !== undefined && { metric }) };
};

const rankOf = (view: ImportanceView | undefined, parameter: string): HoverFacts['importance'] => {
  const list = view?.importances ?? [];
  const at = list.findIndex((each) => each.parameter === parameter);
  const share = list[at]?.importance;
  return share === undefined ? undefined : { share, rank: at + 1, of: list.length };
};
