import { isList } from '../../space/composite.ts';
import { failure, type Result, success } from '../../space/result.ts';
import { languageCalled } from '../languages.ts';
import { Lines } from '../lines.ts';
import { PythonFile } from '../python/pythonFile.ts';
import { type Site, sitesOf } from '../python/sites.ts';
import { scanSource } from '../scanSource.ts';
import type { Slot } from '../slot.ts';
import type { LanguageId, LiteralPlace } from '../tunable.ts';
import { adviseAny, type Surroundings } from './advise.ts';
import { type PlaceOnLine, placesOnLines } from './placeComment.ts';
import type { Proposal } from './proposal.ts';
import { proposalAt, surroundingsOf, withoutMark } from './proposeTunables.ts';
import { proved } from './proved.ts';

/**
 * The annotation for the literal at an offset, whatever it is called: by common practice where its name or call is known,
 * else by its value. The error is a sentence that says why the literal cannot be tuned where it stands.
 */
export const proposeFor = (
  text: string,
  offset: number,
  language: LanguageId = 'python',
): Result<Proposal, string> => {
  const lines = new Lines(text);
  const at = findPlace(text, lines, offset, language);
  if (typeof at === 'string') return failure(at);
  const { literal, line, place } = at;
  const present = scanSource(language, text);
  if (present.tunables.some(({ span }) => span.start === literal.span.start))
    return failure(`${literal.name} is tuned already: change the range behind it.`);
  const python = language === 'python' ? new PythonFile(withoutMark(text)) : undefined;
  const site = (python && siteAt(python, literal)) ?? siteOf(literal);
  const around = python ? surroundingsOf(python) : nothingAround;
  const advice = adviseAny(site, around);
  const shown = literal.text.length > 40 ? `${literal.text.slice(0, 40)}…` : literal.text;
  if (!advice)
    return failure(
      isList(literal.value)
        ? `${literal.name} is a list: write what is to vary, such as list 1..4 of 16..256, or subset.`
        : `Nothing says what else than ${shown} there could be: write the choices, such as [${shown}, …].`,
    );
  const proposal = proposalAt(site, advice, { line, place, language });
  if (!proposal || proved(text, language, [proposal]).length === 0)
    return failure(
      place.present.length > 0
        ? `This line has an annotation already: add ${literal.name} to it by its name.`
        : `${literal.name} cannot be told apart from another literal of that name: put it on a line of its own.`,
    );
  return success(proposal);
};

interface Found {
  readonly literal: LiteralPlace;
  readonly line: number;
  readonly place: PlaceOnLine;
}

const findPlace = (text: string, lines: Lines, offset: number, language: LanguageId): Found | string => {
  const line = lines.lineOf(offset);
  // A literal in brackets may end on its line; nothing that can be tuned spans several.
  const place = placesOnLines(text, language, [line]).get(line);
  // The innermost, for entries of a list.
  const literal = [...(place?.aside ?? []), ...(place?.literals ?? [])].find(
    ({ span }) => span.start <= offset && offset <= span.end,
  );
  if (place && literal) return { literal, line, place };
  const { literalsInWords } = languageCalled(language);
  if (place && place.literals.length > 0) {
    const names = place.literals.map(({ name }) => name).join(', ');
    return `Put the cursor on a literal that has a name. This line has ${names}.`;
  }
  const content = text.slice(lines.startOf(line), lines.startOf(line + 1)).trimEnd();
  if (content.endsWith('\\'))
    return 'No comment can stand behind a backslash: put the literal on a line of its own.';
  return `Nothing here can be tuned: it takes a named literal, ${literalsInWords}, that stands on one line.`;
};

const siteAt = (file: PythonFile, { span }: LiteralPlace): Site | undefined =>
  sitesOf(
    file,
    file.chunks.filter(({ start, end }) => start <= span.start && span.start < end),
  ).find(({ slot }) => slot.span.start === span.start);

const nothingAround: Surroundings = { modules: [], compared: new Map() };

/** A literal of a language whose calls we do not know. */
const siteOf = ({ value, ...literal }: LiteralPlace): Site => {
  const slot: Slot = {
    ...literal,
    form: { kind: 'dict' },
    ...(Array.isArray(value) ? {} : { value: value as never }),
  };
  return { slot, functions: [], classes: [] };
};
