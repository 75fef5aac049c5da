import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PlannedLiteral } from '../annotations/follow/followTunables.ts';
import { placeValues, type SkippedValue, type WantedLiteral } from '../annotations/follow/placeValues.ts';
import { readerOf } from '../annotations/follow/spots.ts';
import { languageOfFile } from '../annotations/languages.ts';
import type { FileEdit } from '../annotations/planEdits.ts';
import { planKeyEdits, type WantedKey } from '../annotations/planKeyEdits.ts';
import type { ShownAssignment } from '../space/composite.ts';
import type { PlannedFile, PlannedTunable, RunPlan } from './plan.ts';
import { findRenamedFile } from './renamedFile.ts';
import { readSource, scannableSnapshot } from './sources.ts';

export interface SkippedInsertion extends SkippedValue {
  /** Absolute; present where there is a line to look at. */
  readonly file?: string;
}

export interface InsertPlan {
  readonly edits: readonly FileEdit[];
  readonly skipped: readonly SkippedInsertion[];
  /** What a person should know before they insert: sentences. */
  readonly notes: readonly { readonly name: string; readonly note: string }[];
}

export interface InsertRequest {
  /** Composites as lists. Names that are absent keep what stands in the source. */
  readonly params: ShownAssignment;
  /** Whose values they are, for sentences: `trial 3`. */
  readonly of: string;
  /** Write the literals exactly as they stood when the study began. */
  readonly asWritten?: boolean;
  /** Only these, by their names in the study; all when absent. */
  readonly parameters?: readonly string[];
  /**
   * Texts as they are in the editor now, by absolute path; of a notebook what is scanned of it. Other files are read from
   * disk.
   */
  readonly texts: Readonly<Record<string, string>>;
  /** Where files that were renamed are looked for. */
  readonly folder: string;
}

/**
 * The edits that put values into the sources as they are now: literals are followed from the snapshots that the study
 * keeps. Never guesses: what it cannot place it skips, with the reason.
 */
export const insertEdits = (plan: RunPlan, request: InsertRequest): InsertPlan => {
  const wanted = plan.tunables.filter(
    ({ name, role }) =>
      (role === 'search' || role === 'derived') &&
      (request.parameters === undefined || request.parameters.includes(name)),
  );
  const made = [...new Set(wanted.map(({ file }) => file))].map((file) =>
    insertIntoFile(
      plan,
      file,
      wanted.filter((tunable) => tunable.file === file),
      request,
    ),
  );
  return {
    edits: made.flatMap(({ edits }) => edits),
    skipped: made.flatMap(({ skipped }) => skipped),
    notes: made.flatMap(({ notes }) => notes),
  };
};

const insertIntoFile = (
  plan: RunPlan,
  file: string,
  wanted: readonly PlannedTunable[],
  request: InsertRequest,
): InsertPlan => {
  const skipAll = (why: string): InsertPlan => ({
    edits: [],
    skipped: wanted.map(({ name }) => ({ name, why })),
    notes: [],
  });
  // Without the copy that the study kept, literals are known by their names alone.
  const before = snapshotOf(plan.files, file) ?? Buffer.alloc(0);
  const textBefore = scannableSnapshot(
    before.toString('utf8'),
    plan.files.find((each) => each.path === file)?.cells,
  );
  const place = placeOf(plan, file, textBefore, request);
  if ('why' in place) return skipAll(place.why);
  if (isReadOnly(place.file))
    return skipAll(`${path.basename(place.file)} is read-only. Make it writable, then insert again.`);
  const own = plan.tunables.filter((tunable) => tunable.file === file);
  const shownNames = new Map(own.map(({ name, localName }) => [localName, name]));
  const shown = (name: string): string => shownNames.get(name) ?? name;
  const { edits, skipped, notes } = placeValues(
    textBefore,
    place.text,
    own.filter(({ key }) => key === undefined).map((tunable) => literalOf(tunable, before)),
    wantedValues(
      wanted.filter(({ key }) => key === undefined),
      request,
    ),
    readerOf(
      languageOfFile(file) ?? 'python',
      plan.tunables.map(({ name }) => name),
    ),
  );
  const byKey = planKeyEdits(languageOfFile(file) ?? 'json', place.text, wantedKeys(wanted, request));
  return {
    edits: [...edits, ...byKey.edits]
      .sort((a, b) => a.start - b.start)
      .map((edit) => ({ ...edit, file: place.file, name: shown(edit.name) })),
    skipped: [
      ...byKey.skipped.map(({ name, why }) => ({ name: shown(name), why })),
      ...skipped.map((each) => ({
        ...each,
        name: shown(each.name),
        ...(each.line === undefined ? {} : { file: place.file }),
      })),
      ...inactiveIn(wanted, request, request.parameters !== undefined),
    ],
    notes: [
      ...(place.file === file
        ? []
        : [
            {
              name: path.basename(file),
              note: `${path.basename(file)} is called ${path.relative(request.folder, place.file)} now.`,
            },
          ]),
      ...notes.map(({ name, note }) => ({ name: shown(name), note })),
      ...inactiveIn(wanted, request, request.parameters === undefined).map(({ name, why }) => ({
        name,
        note: why,
      })),
    ],
  };
};

/** The file as it is now, under whatever name. */
const placeOf = (
  plan: RunPlan,
  file: string,
  before: string,
  { texts, folder }: InsertRequest,
): { readonly file: string; readonly text: string } | { readonly why: string } => {
  const text = texts[file] ?? readIfThere(file);
  if (text !== undefined) return { file, text };
  const known = new Set(plan.files.map((each) => each.path));
  const renamed = findRenamedFile(file, before, { folder, known, texts });
  if (renamed.kind === 'found') return renamed;
  const name = path.basename(file);
  if (renamed.kind === 'none')
    return { why: `${name} is gone. Put it back where it was, then insert again.` };
  const files = renamed.files.map((each) => path.relative(folder, each)).sort();
  return { why: `${name} is gone, and ${files.join(' and ')} are alike. Insert the value by hand.` };
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readSource(file).scannable;
  } catch {
    return undefined; // said in `skipped`
  }
};

const isReadOnly = (file: string): boolean => {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  return mode !== undefined && (mode & 0o222) === 0;
};

const snapshotOf = (files: readonly PlannedFile[], file: string): Buffer | undefined => {
  const planned = files.find((each) => each.path === file);
  try {
    return planned && readFileSync(planned.snapshot);
  } catch {
    return undefined; // somebody took it away
  }
};

/** Plans count bytes, editors count UTF-16. */
const literalOf = ({ localName, start, end, text }: PlannedTunable, bytes: Buffer): PlannedLiteral => {
  const from = bytes.toString('utf8', 0, start).length;
  return {
    name: localName,
    text,
    span: { start: from, end: from + bytes.toString('utf8', start, end).length },
  };
};

const wantedValues = (own: readonly PlannedTunable[], request: InsertRequest): readonly WantedLiteral[] =>
  own.flatMap(({ name, localName, text, value }): readonly WantedLiteral[] => {
    if (request.asWritten === true) return [{ name: localName, value, text }];
    const given = request.params[name];
    return given === undefined ? [] : [{ name: localName, value: given }];
  });

/** Those whose annotation stands in another file. */
const wantedKeys = (own: readonly PlannedTunable[], request: InsertRequest): readonly WantedKey[] =>
  own.flatMap((tunable) =>
    tunable.key === undefined
      ? []
      : wantedValues([tunable], request).map((wanted) => ({ ...wanted, key: tunable.key ?? '' })),
  );

/** Parameters that were not active keep whatever stands in the source. */
const inactiveIn = (
  own: readonly PlannedTunable[],
  { params, of, asWritten }: InsertRequest,
  isAsked: boolean,
): readonly { readonly name: string; readonly why: string }[] =>
  !isAsked || asWritten === true
    ? []
    : own
        .filter(({ name }) => params[name] === undefined)
        .map(({ name }) => ({
          name,
          why: `${name} had no part in ${of}, since its condition did not hold: it keeps what stands in the source.`,
        }));
