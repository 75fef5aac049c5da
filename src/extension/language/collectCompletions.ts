import * as l10n from '@vscode/l10n';
import {
  type AnnotatedTunable,
  type CommentPlace,
  describeParameter,
  type Expected,
  expectedAt,
  type FileAnnotations,
  grammarText,
  inferRange,
  type LiteralPlace,
  type ParamValue,
  type SourceValue,
  type Span,
  summaryOf,
  type Wanted,
} from '../../engine/index.ts';
import { offeredPruners, offeredSamplers } from '../contributions.ts';
import { toShortValue } from '../state/words.ts';
import { spaceInWords } from './spaceInWords.ts';

export interface Completion {
  readonly label: string;
  /** What is written; with places to fill in, as the editor's snippets have them. */
  readonly snippet: string;
  readonly kind: 'space' | 'word' | 'name' | 'value' | 'function' | 'setting';
  readonly detail?: string;
  readonly documentation?: string;
  /** What it replaces. */
  readonly word: Span;
  /** What must be typed for it to stay in the list; the label when absent. */
  readonly filter?: string;
  /** Whether something is to be chosen behind it at once. */
  readonly goesOn?: boolean;
}

export interface CompletionInput {
  readonly source: string;
  readonly annotations: FileAnnotations;
  readonly comment: CommentPlace;
  readonly offset: number;
  /** What is tuned in other cells of the notebook; absent in other files. */
  readonly elsewhere?: readonly AnnotatedTunable[];
  /** Names that earlier studies of this file have seen reported. */
  readonly metrics: readonly string[];
  /** One line about a sampler or a rule for early stopping, as the settings tell it. */
  readonly aboutStrategy: (of: 'sampler' | 'pruner', name: string) => string | undefined;
}

type Item = Omit<Completion, 'word' | 'filter'>;

/** What may be written at a place in an annotation, likeliest first. */
export const collectCompletions = (input: CompletionInput): readonly Completion[] => {
  const { source, comment, offset } = input;
  const wordEnd = comment.span.start + 'tune'.length;
  if (!source.slice(wordEnd, comment.body.start).includes(':')) {
    if (offset < comment.span.start || source.slice(wordEnd, offset).trim() !== '') return [];
    return collectBeginnings(comment, { start: comment.span.start, end: Math.max(wordEnd, offset) });
  }
  if (offset < comment.body.start) return [];
  const body = { start: comment.body.start, end: Math.max(comment.body.end, offset) };
  const expected = expectedAt(source, body, offset);
  return expected.wanted.flatMap((wanted) =>
    itemsOf(wanted, expected, input).map((item) => ({ ...item, word: expected.word })),
  );
};

/** Whole annotations for a comment that has none yet; `word` is what is written of it. */
export const collectBeginnings = (comment: CommentPlace, word: Span): readonly Completion[] => {
  const { standalone, literals } = comment;
  const [literal, ...others] = literals;
  const items = standalone
    ? studyItems()
    : literal === undefined
      ? objectiveItems()
      : others.length > 0
        ? literals.map(namedItem)
        : spaceItems(literal);
  return items.map((item) => ({
    ...item,
    label: `tune: ${item.label}`,
    snippet: `tune: ${item.snippet}`,
    // Not the label: `# low` is somebody's own comment, and Enter must end its line.
    filter: 'tune',
    word,
  }));
};

const itemsOf = (wanted: Wanted, expected: Expected, input: CompletionInput): readonly Item[] => {
  const { comment, annotations } = input;
  const literals = comment.literals.filter(
    ({ name }) => expected.target === undefined || name === expected.target,
  );
  const [literal] = literals;
  switch (wanted.what) {
    case 'part':
      return partItems(literals, wanted.target, comment);
    case 'items':
      return itemSpaces(literal);
    case 'words':
      return wanted.words.map((word) => wordItem(word, literal));
    case 'upper':
      return upperItems(wanted.low, literal);
    case 'step':
      return stepItems(literal);
    case 'choice':
      return choiceItems(wanted.given, literal);
    case 'operand':
      return [...nameItems(input), ...functionItems()];
    case 'operator':
      return operatorItems(wanted.condition);
    case 'value':
      return valueItems(wanted, [...annotations.tunables, ...(input.elsewhere ?? [])], comment);
    case 'metric':
      return metricItems(input);
    case 'sign':
      return [
        { label: '<=', snippet: '<= ', kind: 'word', detail: l10n.t('at most') },
        { label: '>=', snippet: '>= ', kind: 'word', detail: l10n.t('at least') },
      ];
    case 'strategy':
      return strategyItems(wanted.of, input);
    case 'count':
      return countItems(wanted.of);
    case 'duration':
      return ['10m', '30m', '1h', '2h', '8h', '1d'].map((text) => ({
        label: text,
        snippet: text,
        kind: 'value' as const,
      }));
  }
};

const partItems = (
  literals: readonly LiteralPlace[],
  mayName: boolean,
  { standalone }: CommentPlace,
): readonly Item[] => {
  const [literal, ...others] = literals;
  if (standalone) return studyItems();
  if (literal === undefined) return objectiveItems();
  if (others.length > 0 && mayName) return [...literals.map(namedItem), ...studyItems()];
  return [...spaceItems(literal), ...(mayName ? studyItems() : [])];
};

const namedItem = (literal: LiteralPlace): Item => ({
  label: `${literal.name}: `,
  snippet: `${escaped(literal.name)}: `,
  kind: 'name',
  detail: l10n.t('what {0} may be', `${literal.name} = ${literal.text}`),
  goesOn: true,
});

/** Search spaces that fit what stands in the source, the one inferred from name and value first. */
const spaceItems = (literal: LiteralPlace): readonly Item[] => {
  const { value } = literal;
  if (isList(value)) return listItems(value);
  if (typeof value === 'number') return numberItems(literal, value);
  if (typeof value === 'boolean')
    return [
      { label: '[True, False]', snippet: '[True, False]', kind: 'space', detail: l10n.t('on or off') },
      derivedItem(),
    ];
  return [textChoices(grammarText({ text: literal.text, value })), derivedItem()];
};

const numberItems = (literal: LiteralPlace, value: number): readonly Item[] => {
  const inferred = inferRange(literal.name, value, literal.text);
  const summary = inferred && describeParameter(inferred);
  const isWhole = inferred?.kind === 'int';
  const text = grammarText({ text: literal.text, value });
  const scale = value > 0;
  const around = [value / 10, value * 10].map(shortNumber);
  const items: Item[] = [];
  if (inferred && summary !== undefined)
    items.push({
      label: summary,
      snippet: escaped(summary),
      kind: 'space',
      detail: l10n.t('suggested'),
      documentation: spaceInWords({ kind: 'search', parameter: inferred, inferred: true }),
    });
  items.push({
    label: 'low..high',
    snippet: isWhole ? `\${1:1}..\${2:${Math.max(10, value)}}` : `\${1:0}..\${2:${shortNumber(value || 1)}}`,
    kind: 'space',
    detail: l10n.t('a range'),
    documentation: l10n.t(
      'Any value from the first number to the second. Whole numbers where all three are.',
    ),
  });
  if (scale)
    items.push({
      label: 'low..high log',
      snippet: `\${1:${around[0]}}..\${2:${around[1]}} log`,
      kind: 'space',
      detail: l10n.t('a range on a logarithmic scale'),
      documentation: l10n.t('As many trials between 0.001 and 0.01 as between 0.01 and 0.1.'),
    });
  items.push(
    {
      label: 'normal(mean, deviation)',
      snippet: `normal(\${1:${shortNumber(value)}}, \${2:${shortNumber(Math.abs(value) / 4 || 1)}})`,
      kind: 'space',
      detail: l10n.t('most likely near a value'),
      documentation: l10n.t('A bell curve; `in a..b` behind it cuts it off.'),
    },
    {
      label: `[${text}, …]`,
      snippet: `[${escaped(text)}, \${1:${shortNumber(value * 2)}}]`,
      kind: 'space',
      detail: l10n.t('a choice of these values'),
    },
    derivedItem(),
  );
  if (isWhole)
    items.push(
      {
        label: 'budget',
        snippet: `budget \${1:1}..\${2:${Math.max(2, value)}}`,
        kind: 'word',
        detail: l10n.t('how long a trial may train'),
        documentation: l10n.t(
          'Not searched: rules for early stopping begin short and let good trials train on.',
        ),
      },
      {
        label: 'seed',
        snippet: 'seed',
        kind: 'word',
        detail: l10n.t('set anew for each trial'),
        documentation: l10n.t('Not searched: repeated trials differ only in it.'),
      },
    );
  return items;
};

const textChoices = (text: string): Item => ({
  label: `[${text}, …]`,
  snippet: `[${escaped(text)}, "\${1}"]`,
  kind: 'space',
  detail: l10n.t('a choice of these values'),
  documentation: l10n.t('Write `ordered` behind it when neighbours in the list are alike.'),
});

const derivedItem = (): Item => ({
  label: '= expression',
  snippet: '= ',
  kind: 'word',
  detail: l10n.t('follows from other values, not searched'),
  documentation: l10n.t('Arithmetic over the names of other tuned values, such as `= 4 * lr`.'),
  goesOn: true,
});

const listItems = (value: readonly ParamValue[]): readonly Item[] => {
  const most = Math.max(1, value.length);
  const numbers = value.filter((item) => typeof item === 'number');
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const items: Item[] = [
    {
      label: 'list 1..n of low..high',
      snippet:
        numbers.length === value.length && numbers.length > 0
          ? `list \${1:1}..\${2:${most}} of \${3:${shortNumber(low / 4)}}..\${4:${shortNumber(high * 4)}}`
          : `list \${1:1}..\${2:${most}} of [\${3:${escaped(value.map(toShortValue).join(', '))}}]`,
      kind: 'space',
      detail: l10n.t('as many items as are best'),
    },
    {
      label: 'permutation',
      snippet: 'permutation',
      kind: 'space',
      detail: l10n.t('the same items in the best order'),
    },
    {
      label: 'subset',
      snippet: 'subset',
      kind: 'space',
      detail: l10n.t('those of the items that are best'),
    },
  ];
  if (numbers.length === value.length && value.length > 1)
    items.push({
      label: 'simplex',
      snippet: 'simplex',
      kind: 'space',
      detail: l10n.t('shares that add up to 1'),
    });
  return items;
};

/** What the items of a list may be. */
const itemSpaces = (literal: LiteralPlace | undefined): readonly Item[] => {
  const first = literal && isList(literal.value) ? literal.value[0] : undefined;
  if (first === undefined || literal === undefined) return [];
  return spaceItems({ ...literal, value: first, text: toShortValue(first) }).filter(
    ({ kind }) => kind === 'space',
  );
};

const wordItem = (word: string, literal: LiteralPlace | undefined): Item => {
  switch (word) {
    case 'log':
      return { label: 'log', snippet: 'log', kind: 'word', detail: l10n.t('on a logarithmic scale') };
    case 'step':
      return {
        label: 'step',
        snippet: 'step ',
        kind: 'word',
        detail: l10n.t('only at these distances; `step 2x` doubles'),
        goesOn: true,
      };
    case 'if':
      return {
        label: 'if',
        snippet: 'if ',
        kind: 'word',
        detail: l10n.t('only tried where this holds'),
        documentation: l10n.t('A condition on other tuned values, such as `if optimizer == "sgd"`.'),
        goesOn: true,
      };
    case 'ordered':
      return { label: 'ordered', snippet: 'ordered', kind: 'word', detail: l10n.t('neighbours are alike') };
    case 'in':
      return {
        label: 'in low..high',
        snippet: `in \${1:0}..\${2:1}`,
        kind: 'word',
        detail: l10n.t('cut off'),
      };
    case 'of':
      return {
        label: 'of',
        snippet: literal && isList(literal.value) ? 'of ' : `of [\${1}]`,
        kind: 'word',
        detail: l10n.t('what the items are'),
        goesOn: true,
      };
    default:
      return { label: word, snippet: `${word} `, kind: 'word' };
  }
};

const upperItems = (low: string, literal: LiteralPlace | undefined): readonly Item[] => {
  const value = literal?.value;
  const least = Number(low);
  if (typeof value !== 'number' || !Number.isFinite(least)) return [];
  const inferred = inferRange(literal?.name ?? '', value, literal?.text);
  const upper = inferred && 'high' in inferred ? inferred.high : value * 10;
  return [...new Set([upper, value * 10, value * 2, value])]
    .filter((each) => each > least)
    .map((each) => ({
      label: `${low}..${shortNumber(each)}`,
      snippet: shortNumber(each),
      kind: 'value' as const,
    }));
};

const stepItems = (literal: LiteralPlace | undefined): readonly Item[] => {
  const isWhole = typeof literal?.value === 'number' && /^[+-]?[\d_]+$/u.test(literal.text);
  const steps = isWhole ? ['1', '2', '10'] : ['0.01', '0.05', '0.1'];
  return [
    ...steps.map((text) => ({ label: text, snippet: text, kind: 'value' as const })),
    { label: '2x', snippet: '2x', kind: 'value', detail: l10n.t('each twice the one before') },
  ];
};

const choiceItems = (given: readonly string[], literal: LiteralPlace | undefined): readonly Item[] => {
  if (literal === undefined) return [];
  const texts = isList(literal.value)
    ? literal.value.map(toShortValue)
    : typeof literal.value === 'boolean'
      ? ['True', 'False']
      : [grammarText({ text: literal.text, value: literal.value })];
  return texts
    .filter((text) => !given.includes(text))
    .map((text) => ({
      label: text,
      snippet: escaped(text),
      kind: 'value' as const,
      detail: l10n.t('the present value'),
    }));
};

/** What expressions may name: everything searched or derived but the literals of this very annotation. */
const nameItems = ({ annotations, comment, elsewhere = [] }: CompletionInput): readonly Item[] =>
  [
    ...annotations.tunables.filter(
      ({ span }) => !comment.literals.some((literal) => literal.span.start === span.start),
    ),
    ...elsewhere,
  ]
    .filter(({ role }) => role.kind !== 'budget' && role.kind !== 'seed')
    .flatMap((tunable): readonly Item[] => [
      {
        label: tunable.name,
        snippet: escaped(tunable.name),
        kind: 'name',
        detail: summaryOf(tunable),
        documentation: spaceInWords(tunable.role),
      },
      ...lengthItem(tunable),
    ]);

const lengthItem = ({ name, role }: AnnotatedTunable): readonly Item[] =>
  role.kind === 'composite' && role.composite.shape.kind === 'list'
    ? [
        {
          label: `${name}.length`,
          snippet: `${escaped(name)}.length`,
          kind: 'name',
          detail: l10n.t('how many items it has'),
        },
      ]
    : [];

const functionItems = (): readonly Item[] =>
  ['min', 'max', 'log', 'exp', 'sqrt', 'abs', 'round', 'floor', 'ceil', 'int', 'len', 'sum'].map((name) => ({
    label: name,
    snippet: `${name}(\${1})`,
    kind: 'function' as const,
  }));

const operatorItems = (condition: boolean): readonly Item[] => [
  ...['==', '!=', '<', '<=', '>', '>=', 'and', 'or', '+', '-', '*', '/'].map((sign) => ({
    label: sign,
    snippet: `${sign} `,
    kind: 'word' as const,
    goesOn: true,
  })),
  { label: 'in', snippet: `in [\${1}]`, kind: 'word', detail: l10n.t('one of these values'), goesOn: true },
  ...(condition ? [wordItem('if', undefined)] : []),
];

const valueItems = (
  { name, given }: { readonly name: string; readonly given: readonly string[] },
  tunables: readonly AnnotatedTunable[],
  comment: CommentPlace,
): readonly Item[] => {
  const owners = comment.literals.flatMap(({ owner }) => owner ?? []);
  const named = tunables.find(
    (tunable) => tunable.name === name || owners.some((owner) => tunable.name === `${owner}.${name}`),
  );
  return (named === undefined ? [] : valuesOf(named))
    .map(toShortValue)
    .filter((text) => !given.includes(text))
    .map((text) => ({
      label: text,
      snippet: escaped(text),
      kind: 'value' as const,
      detail: l10n.t('a value of {0}', name),
    }));
};

const valuesOf = ({ role }: AnnotatedTunable): readonly ParamValue[] => {
  if (role.kind === 'composite' && 'choices' in role.composite.shape) return role.composite.shape.choices;
  if (role.kind !== 'search') return [];
  if (role.parameter.kind === 'bool') return [true, false];
  return role.parameter.kind === 'categorical' ? role.parameter.choices : [];
};

const metricItems = ({ metrics, annotations }: CompletionInput): readonly Item[] => {
  const known = [...annotations.reports.map(({ name }) => name), ...metrics];
  return [...new Set(known)].map((name) => ({
    label: name,
    snippet: escaped(/^[\p{L}_][\p{L}\p{N}_./@:-]*$/u.test(name) ? name : `"${name}"`),
    kind: 'name' as const,
    detail: metrics.includes(name)
      ? l10n.t('reported in an earlier study')
      : l10n.t('reported by this script'),
  }));
};

const strategyItems = (of: 'sampler' | 'pruner', { aboutStrategy }: CompletionInput): readonly Item[] =>
  (of === 'sampler' ? offeredSamplers : offeredPruners).map((name) => {
    const about = aboutStrategy(of, name);
    return {
      label: name,
      snippet: name,
      kind: 'value' as const,
      ...(about !== undefined && { documentation: about }),
    };
  });

const countItems = (of: 'trials' | 'parallel' | 'seed' | 'items'): readonly Item[] => {
  const counts = {
    trials: ['20', '50', '100', '200'],
    parallel: ['1', '2', '4', '8'],
    seed: ['0', '1'],
    items: ['1..4', '2..3'],
  }[of];
  return counts.map((text) => ({
    label: text,
    snippet: of === 'items' ? `${text} of ` : text,
    kind: 'value' as const,
    ...(of === 'items' && { goesOn: true }),
  }));
};

const objectiveItems = (): readonly Item[] => [
  {
    label: 'maximize',
    snippet: 'maximize',
    kind: 'setting',
    detail: l10n.t('the higher the better'),
    documentation: l10n.t('Behind an assignment each value assigned is reported: no name is needed then.'),
  },
  {
    label: 'minimize',
    snippet: 'minimize',
    kind: 'setting',
    detail: l10n.t('the lower the better'),
    documentation: l10n.t('Behind an assignment each value assigned is reported: no name is needed then.'),
  },
];

/** What the study is asked, in any comment. */
const studyItems = (): readonly Item[] =>
  [
    ['maximize', l10n.t('a metric by name, the higher the better')] as const,
    ['minimize', l10n.t('a metric by name, the lower the better')] as const,
    ['constraint', l10n.t('a metric that must keep a limit')] as const,
    ['where', l10n.t('what must hold between values')] as const,
    ['trials', l10n.t('how many trials at most')] as const,
    ['parallel', l10n.t('how many trials at a time')] as const,
    ['sampler', l10n.t('how values are proposed')] as const,
    ['pruner', l10n.t('which trials are stopped early')] as const,
    ['stop', l10n.t('how long the study may take')] as const,
    ['seed', l10n.t('makes the study repeatable')] as const,
  ].map(([word, detail]) => ({ label: word, snippet: `${word} `, kind: 'setting', detail, goesOn: true }));

const isList = (value: SourceValue): value is readonly ParamValue[] => Array.isArray(value);

/** Text that the editor must not read as a place to fill in. */
const escaped = (text: string): string => text.replaceAll(/[\\$}]/gu, '\\$&');

/** Without the noise of binary fractions, with an exponent where that is shorter. */
const shortNumber = (value: number): string => {
  const tidy = Number(value.toPrecision(6));
  const size = Math.abs(tidy);
  return tidy !== 0 && (size < 1e-3 || size >= 1e6) ? tidy.toExponential().replace('e+', 'e') : String(tidy);
};
