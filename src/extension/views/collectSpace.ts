import * as l10n from '@vscode/l10n';
import {
  type AnnotatedTunable,
  type FileAnnotations,
  type Objective,
  type StudyOptions,
  summaryOf,
  type TunableRole,
} from '../../engine/index.ts';
import type { ParameterView, StudyView, TrialView } from '../../protocol/index.ts';
import type { SettingTypes, SpacePlace } from '../contributions.ts';
import { spaceInWords } from '../language/spaceInWords.ts';
import { fileNameOf, toDuration, toMetric, toShortValue } from '../state/words.ts';
import type { TreeRow } from './collectTree.ts';

export interface SpaceRow extends TreeRow {
  readonly children: readonly SpaceRow[];
  /** Markdown; foreign text was quoted. */
  readonly tooltip?: string;
  readonly place?: SpacePlace;
  /** Of a parameter of a study: what its best value is inserted by. */
  readonly study?: string;
  readonly parameter?: string;
  /** What is copied: the best value where there is one, else the present one. */
  readonly copy?: string;
  /** The setting that says this where the script does not. */
  readonly setting?: keyof SettingTypes;
}

/** A document with annotations; the cells of a notebook are one each. */
export interface SpaceDocument {
  readonly document: string;
  readonly annotations: FileAnnotations;
}

export interface SpaceSettings {
  readonly trials: number | null;
  readonly parallel: number | null;
  readonly sampler: string;
  readonly pruner: string;
}

export interface SpaceInput {
  readonly documents: readonly SpaceDocument[];
  /** Name of the file among its study's, forward slashes. */
  readonly file: string;
  readonly tuned?: {
    readonly study: StudyView;
    readonly best?: TrialView;
    /** Shares from 0 to 1, by the study's names. */
    readonly importances: ReadonlyMap<string, number>;
  };
  readonly settings: SpaceSettings;
  /** Absolute path of a file of the study. */
  readonly pathOf: (file: string) => string;
  readonly quote: (text: string) => string;
}

/** The search space of the active file as rows; none when it has no annotation. */
export const collectSpace = (input: SpaceInput): readonly SpaceRow[] => {
  const { documents } = input;
  const isEmpty = documents.every(
    ({ annotations: { tunables, problems, objectives } }) =>
      tunables.length === 0 && problems.length === 0 && objectives.length === 0,
  );
  if (isEmpty) return [];
  return [
    ...problemRows(input),
    ...nested(input),
    ...otherFiles(input),
    ...objectiveRows(input),
    ...constraintRows(input),
    settingsRow(input),
  ];
};

const problemRows = ({ documents, quote }: SpaceInput): readonly SpaceRow[] => {
  const rows = documents.flatMap(({ document, annotations }) =>
    annotations.problems.map(({ message, severity, span }, index): SpaceRow => {
      const isError = severity === 'error';
      return {
        id: `problem/${document}/${index}`,
        label: message,
        tooltip: quote(message),
        icon: isError ? 'error' : 'warning',
        color: isError ? 'problemsErrorIcon.foreground' : 'problemsWarningIcon.foreground',
        contextValue: 'problem',
        spoken: isError ? l10n.t('Error: {0}', message) : l10n.t('Warning: {0}', message),
        collapsible: 'none',
        place: { document, offset: span.start },
        children: [],
      };
    }),
  );
  if (rows.length === 0) return [];
  const label = rows.length === 1 ? l10n.t('1 problem') : l10n.t('{0} problems', rows.length);
  const [first] = rows;
  const worst = rows.find(({ icon }) => icon === 'error') ?? first;
  return [
    {
      id: 'problems',
      label,
      icon: worst?.icon ?? 'warning',
      ...(worst?.color === undefined ? {} : { color: worst.color }),
      contextValue: 'section',
      spoken: label,
      collapsible: 'expanded',
      children: rows,
    },
  ];
};

interface Found {
  readonly tunable: AnnotatedTunable;
  readonly document: string;
}

/** Parameters in the order of the source, those with a condition under the parameter it names. */
const nested = (input: SpaceInput): readonly SpaceRow[] => {
  const found = input.documents.flatMap(({ document, annotations }) =>
    annotations.tunables.map((tunable): Found => ({ tunable, document })),
  );
  const names = new Set(found.map(({ tunable }) => tunable.name));
  const parents = new Map<string, string>();
  for (const { tunable } of found) {
    const parent = conditionNames(tunable.role).find((name) => names.has(name) && name !== tunable.name);
    // Those that wait for each other are no tunables: the scanner tells them as a problem.
    if (parent !== undefined) parents.set(tunable.name, parent);
  }
  const under = (parent: string | undefined): readonly SpaceRow[] =>
    found
      .filter(({ tunable }) => parents.get(tunable.name) === parent)
      .map((one) => parameterRow(input, one, under(one.tunable.name)));
  return under(undefined);
};

const conditionOf = (
  role: TunableRole,
): { readonly text: string; readonly names: readonly string[] } | undefined => {
  if (role.kind === 'search') return role.parameter.condition;
  if (role.kind === 'composite') return role.composite.condition;
  return role.kind === 'derived' ? role.derived.condition : undefined;
};

const conditionNames = (role: TunableRole): readonly string[] => conditionOf(role)?.names ?? [];

const parameterRow = (
  input: SpaceInput,
  { tunable, document }: Found,
  children: readonly SpaceRow[],
): SpaceRow => {
  const { name, value, role, span } = tunable;
  const named = studyName(input, name);
  const condition = conditionOf(role);
  return toParameterRow(input, {
    name,
    named,
    summary: summaryOf(tunable),
    present: toShortValue(value),
    icon: iconOf(role),
    words: spaceInWords(role),
    ...(condition === undefined ? {} : { condition: condition.text }),
    place: { document, offset: span.start },
    children,
  });
};

/** The study's name of a literal: with its file before it where several files name one alike. */
const studyName = ({ tuned, file }: SpaceInput, name: string): string | undefined => {
  const own = tuned?.study.parameters.filter((parameter) => parameter.file === file) ?? [];
  return (own.find((one) => one.name === name) ?? own.find((one) => one.name.endsWith(`.${name}`)))?.name;
};

interface ParameterFacts {
  readonly name: string;
  readonly named: string | undefined;
  readonly summary: string;
  readonly present?: string;
  readonly icon: string;
  readonly words?: string;
  readonly condition?: string;
  readonly place: SpacePlace;
  readonly children: readonly SpaceRow[];
}

/** `lr   0.001 · best 0.0032 · 45 % · 1e-5..0.1 log` */
const toParameterRow = ({ tuned, quote }: SpaceInput, facts: ParameterFacts): SpaceRow => {
  const { name, named, summary, present, icon, words, condition, place, children } = facts;
  const found = named === undefined ? undefined : tuned?.best?.params[named];
  const best = found === undefined ? undefined : toShortValue(found);
  const share = named === undefined ? undefined : tuned?.importances.get(named);
  const percent = share === undefined ? undefined : Math.round(100 * share);
  const parts = [
    ...(present === undefined ? [] : [present]),
    ...(best === undefined ? [] : [best === present ? l10n.t('best') : l10n.t('best {0}', best)]),
    ...(percent === undefined ? [] : [l10n.t('{0} %', percent)]),
    summary,
  ];
  const lines: readonly (readonly [string, string])[] = [
    ...(present === undefined ? [] : [[l10n.t('Now'), present] as const]),
    ...(best === undefined || tuned === undefined
      ? []
      : [[l10n.t('Best'), [best, toMetric(tuned.study, tuned.best) ?? ''].join('  ').trim()] as const]),
    ...(percent === undefined ? [] : [[l10n.t('Importance'), `${percent} %`] as const]),
    ...(condition === undefined ? [] : [[l10n.t('Only if'), condition] as const]),
  ];
  const rows = lines.map(([head, text]) => `| ${head} | ${quote(text)} |`);
  const table = rows.length === 0 ? [] : [['| | |', '|:--|:--|', ...rows].join('\n')];
  return {
    id: `parameter/${'document' in place ? '' : `${place.file}/`}${name}`,
    label: name,
    description: parts.join(' · '),
    icon,
    contextValue: best === undefined ? 'parameter' : 'parameter.best',
    spoken: l10n.t('Parameter {0}, {1}', name, parts.join(', ')),
    collapsible: children.length === 0 ? 'none' : 'expanded',
    tooltip: [
      `**${quote(name)}** · \`${summary.replaceAll('`', '')}\``,
      ...(words === undefined ? [] : [quote(words)]),
      ...table,
    ].join('\n\n'),
    place,
    ...(named === undefined || tuned === undefined ? {} : { study: tuned.study.id, parameter: named }),
    ...(best === undefined && present === undefined ? {} : { copy: best ?? present ?? '' }),
    children,
  };
};

const iconOf = (role: TunableRole): string => {
  switch (role.kind) {
    case 'search':
      return kindIcon(role.parameter.kind);
    case 'composite':
      return kindIcon(role.composite.shape.kind);
    case 'derived':
      return 'symbol-operator';
    case 'budget':
      return 'watch';
    case 'seed':
      return 'symbol-key';
  }
};

const kindIcon = (kind: ParameterView['kind']): string => {
  switch (kind) {
    case 'float':
    case 'int':
      return 'symbol-number';
    case 'categorical':
      return 'symbol-enum';
    case 'bool':
      return 'symbol-boolean';
    case 'derived':
      return 'symbol-operator';
    case 'list':
    case 'permutation':
    case 'subset':
    case 'simplex':
      return 'symbol-array';
  }
};

/** Modules and configuration files that belong to the study of this one, with what they are tuned by. */
const otherFiles = (input: SpaceInput): readonly SpaceRow[] => {
  const { tuned, file } = input;
  const others = new Map<string, ParameterView[]>();
  for (const parameter of tuned?.study.parameters ?? []) {
    if (parameter.file === file) continue;
    const known = others.get(parameter.file);
    if (known === undefined) others.set(parameter.file, [parameter]);
    else known.push(parameter);
  }
  return [...others].map(([other, parameters]): SpaceRow => {
    const rows = parameters.map((parameter) => {
      const { name, summary, kind, condition, line } = parameter;
      return toParameterRow(input, {
        name,
        named: name,
        summary,
        icon: kindIcon(kind),
        ...(condition === undefined ? {} : { condition }),
        place: { file: input.pathOf(other), line },
        children: [],
      });
    });
    const label = fileNameOf(other);
    const folder = other === label ? {} : { description: other.slice(0, -label.length - 1) };
    return {
      id: `file/${other}`,
      label,
      ...folder,
      icon: 'file',
      contextValue: 'section',
      spoken: l10n.t('File {0}, {1} parameters', other, rows.length),
      collapsible: 'expanded',
      place: { file: input.pathOf(other), line: 0 },
      children: rows,
    };
  });
};

interface PlacedObjective extends Objective {
  readonly place?: SpacePlace;
}

const objectiveRows = ({ documents, tuned }: SpaceInput): readonly SpaceRow[] => {
  const written = documents.flatMap(({ document, annotations: { objectives, reports } }) =>
    objectives.map((objective): PlacedObjective => {
      const report = reports.find(({ objective: own }) => own.metric === objective.metric);
      return { ...objective, ...(report === undefined ? {} : { place: { document, offset: report.at } }) };
    }),
  );
  const chosen: readonly PlacedObjective[] = written.length === 0 ? (tuned?.study.objectives ?? []) : written;
  return chosen.map((objective, index): SpaceRow => {
    const { metric, direction, place } = objective;
    const label = direction === 'maximize' ? l10n.t('maximize {0}', metric) : l10n.t('minimize {0}', metric);
    return {
      id: `objective/${index}`,
      label,
      description:
        written.length === 0 ? l10n.t('objective · chosen for the last study') : l10n.t('objective'),
      icon: 'target',
      contextValue: 'objective',
      spoken: l10n.t('Objective: {0}', label),
      collapsible: 'none',
      ...(place === undefined ? {} : { place }),
      children: [],
    };
  });
};

const constraintRows = ({ documents }: SpaceInput): readonly SpaceRow[] =>
  documents.flatMap(({ document, annotations: { constraints, limits } }) => [
    ...constraints.map(
      ({ text, span }, index): SpaceRow => ({
        ...constraintRow(`where/${document}/${index}`, text, l10n.t('on values')),
        place: { document, offset: span.start },
      }),
    ),
    ...limits.map(({ metric, sign, bound }, index) =>
      constraintRow(
        `limit/${document}/${index}`,
        `${metric} ${sign} ${toShortValue(bound)}`,
        l10n.t('on results'),
      ),
    ),
  ]);

const constraintRow = (id: string, label: string, description: string): SpaceRow => ({
  id,
  label,
  description: l10n.t('constraint {0}', description),
  icon: 'filter',
  contextValue: 'constraint',
  spoken: l10n.t('Constraint: {0}', label),
  collapsible: 'none',
  children: [],
});

/** What the next study would be run with: as the comments say, else the settings. */
const settingsRow = ({ documents, settings }: SpaceInput): SpaceRow => {
  const written = documents.map(({ annotations }) => annotations.options);
  const options: StudyOptions = Object.assign({}, ...written, {
    budget: Object.assign({}, ...written.map(({ budget: own }) => own)),
  });
  const { budget } = options;
  const rows = [
    optionRow(
      'trials',
      l10n.t('Trials'),
      budget.trials,
      settings.trials ?? l10n.t('30 unless time runs out'),
    ),
    ...(budget.timeMs === undefined
      ? []
      : [optionRow(undefined, l10n.t('Stop after'), toDuration(budget.timeMs), '')]),
    optionRow(
      'parallel',
      l10n.t('At a time'),
      options.parallel,
      settings.parallel ?? l10n.t('half of the cores, at most 4'),
    ),
    optionRow('sampler', l10n.t('Sampler'), options.sampler?.name, settings.sampler),
    optionRow('pruner', l10n.t('Early stopping'), options.pruner?.name, settings.pruner),
    ...(options.seed === undefined ? [] : [optionRow(undefined, l10n.t('Seed'), options.seed, '')]),
  ];
  const label = l10n.t('Study settings');
  const description = [
    options.sampler?.name ?? settings.sampler,
    options.pruner?.name ?? settings.pruner,
  ].join(' · ');
  return {
    id: 'settings',
    label,
    description,
    icon: 'settings-gear',
    contextValue: 'section',
    spoken: `${label}, ${description}`,
    collapsible: 'collapsed',
    children: rows,
  };
};

const optionRow = (
  setting: keyof SettingTypes | undefined,
  label: string,
  written: string | number | undefined,
  usual: string | number,
): SpaceRow => {
  const description =
    written === undefined ? l10n.t('{0} · setting', usual) : l10n.t('{0} · in the script', written);
  return {
    id: `option/${label}`,
    label,
    description,
    icon: 'symbol-property',
    contextValue: 'option',
    spoken: `${label}, ${description}`,
    collapsible: 'none',
    ...(setting === undefined || written !== undefined ? {} : { setting }),
    children: [],
  };
};
