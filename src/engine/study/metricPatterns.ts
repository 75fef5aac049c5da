/** A number of a printed line with its name, where it stands. */
export interface MetricPlace {
  readonly metric: string;
  readonly value: number;
  /** Half-open range of the line: from the name to the end of the number. */
  readonly start: number;
  readonly end: number;
}

/** The numbers a printed line holds, by name, and where in the training it stands. */
export interface LineMetrics {
  readonly metrics: ReadonlyMap<string, number>;
  /** Epoch, step, or iteration the line itself names. */
  readonly step?: number;
  /** The line names an epoch, which also holds for the lines after it. */
  readonly epoch?: number;
}

// Case is ignored throughout: `NaN`, `nan`, `Inf`, `1E-5`.
const number = String.raw`[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|nan|inf(?:inity)?)`;
// A number goes on as something else: a unit (`3s`, `2ms/step`), a time (`12:30`), a ratio, a date, a version, `1,234`.
const numberEnd = String.raw`(?![\w/]|\.\d|:\d|-\d|,\d{3}(?!\d))`;
const name = String.raw`[a-z_][\w./@-]*`;
const nameStart = String.raw`(?<![\w./@-])`;
// `loss: 0.3`, `loss=0.3`, `'loss': 0.3`, `"loss": "0.3"`, `loss -> 0.3`, or `loss 0.3` (which needs a second look).
const separator = String.raw`(?:['"]?\s*(?:->|→|[:=])\s*['"]?|\s+)`;
// How libraries print scalars: `tensor(0.3, device=…)`, `np.float64(0.3)`, `array(0.3, …)`.
const wrapper = String.raw`(?:(?:tensor|array|np\.\w+)\(\s*)?`;
// `Accuracy: 9845/10000 (98%)`: the percentage is the value.
const ratio = String.raw`(?:\d+/\d+\s*\(\s*(?=[\d.]+\s*%))?`;

const pair = new RegExp(
  `${nameStart}(${name}?)('s ${name}?)?(${separator})${wrapper}${ratio}(${number})${numberEnd}`,
  'gi',
);
// `best at epoch 7` looks back; it is not where the training stands.
const namedStep =
  /(?<![\w./@-])(?<!\b(?:at|best|from|in|of)\s)(epoch|global_step|step|iteration|iter|round)['"]?[\s:=#[(]*(\d+(?:\.\d+)?)(?!\w|[.:]\d)/gi;
/** `[3] train-rmse:0.4` (XGBoost, LightGBM), `[3/10] …`, `3/10: …`. */
const leadingStep = /^\s*(?:\[(\d+)(?:\s*\/\s*\d+)?\]|(\d+)\s*\/\s*\d+(?=[\s:,-]))/;
/** `45%|████▌     | 45/100 [00:10<00:12, 4.3it/s, loss=0.41]`, with an optional description before it. */
const tqdmStart = /\d{1,3}%\|/;
const tqdmCount = /\|\s*(\d{1,15})\/(\d{1,15})\s*\[/;
/** `10/10 [=====] - 1s - loss: 0.3` (Keras 2), `10/10 ━━━━ 1s 2ms/step - loss: 0.3` (Keras 3). */
const kerasBar = /^\s*(\d+)\/(\d+)\s*(?:━|\[[=>.\s])(.*)$/s;

/** Priority among steps that a line may name: a resource counts in the coarsest unit. */
const stepRanks: readonly string[] = ['epoch', 'global_step', 'step', 'iteration', 'iter', 'round'];

/** Names of things, not of measurements, however they are written. */
const things = new Set([
  'line',
  'port',
  'pid',
  'localhost',
  'cuda',
  'cpu',
  'gpu',
  'mps',
  'xpu',
  'rank',
  'worker',
  'v_num',
  'device',
]);
/** Words that stand before a number in a phrase. */
const phraseWords = new Set([
  ...[
    'a',
    'an',
    'and',
    'at',
    'after',
    'about',
    'are',
    'as',
    'best',
    'by',
    'for',
    'from',
    'in',
    'is',
    'of',
    'on',
    'or',
  ],
  ...[
    'over',
    'than',
    'the',
    'then',
    'to',
    'took',
    'until',
    'was',
    'were',
    'with',
    'within',
    'using',
    'version',
  ],
]);
/** `Val Loss` and `Train Loss` are two metrics, also when they stand on lines of their own. */
const splits = new Set([
  'train',
  'training',
  'val',
  'valid',
  'validation',
  'test',
  'testing',
  'eval',
  'evaluation',
  'dev',
]);

const toNumber = (text: string): number => {
  const plain = text.toLowerCase().replace(/^\+/, '');
  if (plain.endsWith('nan')) return Number.NaN;
  if (/^-?inf/.test(plain))
    return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(plain);
};

/** Control sequences of terminals: colours, cursor moves, titles. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ansi = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Table borders of rich printers stand for white space. */
const clean = (line: string): string => line.replace(ansi, '').replace(/[│┃║]/g, '  ');

/**
 * In `loss 0.412` without a sign between them, what follows must not make it a phrase (`Loaded 500 samples`):
 * the end, punctuation, or another name with its number.
 */
const endsLikeMetric = (rest: string): boolean =>
  /^(?:\s*%)?(?:\.?\s*$|\s*[,;|()\]}]|\s\s|\t|\s+[-–]\s|\s+[a-z_][\w./@-]*(?:['"]?\s*[:=]|\s+[-+.]?(?:\d|nan\b|inf\b)))/i.test(
    rest,
  );

interface Found {
  readonly name: string;
  /** The word before the name, to tell `Val Loss` from `Train Loss`. */
  readonly before: string;
  readonly value: number;
  /** Half-open range of the text. */
  readonly start: number;
  readonly end: number;
}

const findPairs = (text: string): readonly Found[] => {
  const found: Found[] = [];
  for (const match of text.matchAll(pair)) {
    const [all, first = '', possessive, between = '', digits = ''] = match;
    const lower = first.toLowerCase();
    const end = match.index + all.length;
    if (things.has(lower) || (possessive === undefined && stepRanks.includes(lower))) continue;
    const bare = /^\s+$/.test(between);
    if (bare && (phraseWords.has(lower) || !endsLikeMetric(text.slice(end, end + 80)))) continue;
    // LightGBM: `valid_0's auc: 0.9`.
    const full = possessive === undefined ? first : `${first}_${possessive.slice(3)}`;
    const before =
      /([a-z_][\w@-]*)\s+$/i.exec(text.slice(Math.max(0, match.index - 40), match.index))?.[1] ?? '';
    found.push({ name: full, before, value: toNumber(digits), start: match.index, end });
  }
  return found;
};

/** Names that occur twice in a line are told apart by the word before them (`mean Loss`, `max Loss`). */
const toPlaces = (found: readonly Found[], from = 0): readonly MetricPlace[] => {
  const times = new Map<string, number>();
  for (const { name: known } of found) times.set(known, (times.get(known) ?? 0) + 1);
  return found.map(({ name: known, before, value, start, end }) => {
    const isSplit = before !== '' && (splits.has(before.toLowerCase()) || (times.get(known) ?? 0) > 1);
    return {
      metric: isSplit ? `${before}_${known}` : known,
      value,
      start: from + start,
      end: from + end,
    };
  });
};

const findStep = (text: string): { readonly step?: number; readonly epoch?: number } => {
  let best: { rank: number; step: number } | undefined;
  for (const [, word = '', digits = ''] of text.matchAll(namedStep)) {
    const rank = stepRanks.indexOf(word.toLowerCase());
    if (best === undefined || rank < best.rank) best = { rank, step: Number(digits) };
  }
  if (best !== undefined)
    return best.rank === 0 ? { step: best.step, epoch: best.step } : { step: best.step };
  const leading = leadingStep.exec(text);
  return leading === null ? {} : { step: Number(leading[1] ?? leading[2]) };
};

/** What a line says, with the places of its metrics in the text without control sequences and borders. */
interface LineReading {
  readonly places: readonly MetricPlace[];
  readonly step?: number;
  readonly epoch?: number;
}

const nothing: LineReading = { places: [] };

const readTqdm = (text: string, bar: number): LineReading | undefined => {
  const count = tqdmCount.exec(text.slice(bar));
  if (count === null) return undefined;
  const [all, done = '', total = ''] = count;
  const { epoch } = findStep(text.slice(0, bar));
  // A bar of one epoch's batches counts when it is full; a bar without an epoch counts its own rounds.
  if (epoch !== undefined && done !== total) return { ...nothing, epoch };
  const from = bar + count.index + all.length;
  const places = toPlaces(findPairs(text.slice(from)), from);
  return epoch === undefined ? { places, step: Number(done) } : { places, step: epoch, epoch };
};

/** What one line of output (without its line break) says. Never throws. */
const readLine = (raw: string): LineReading => {
  // Most lines of a chatty script hold nothing: no digit, nothing to look for.
  if (!/\d|nan|inf/i.test(raw)) return nothing;
  const text = clean(raw);
  const bar = text.search(tqdmStart);
  const tqdm = bar < 0 ? undefined : readTqdm(text, bar);
  if (tqdm !== undefined) return tqdm;
  const keras = kerasBar.exec(text);
  if (keras !== null) {
    const [all, done, total, rest = ''] = keras;
    const from = all.length - rest.length;
    return done === total ? { places: toPlaces(findPairs(rest), from) } : nothing;
  }
  return { places: toPlaces(findPairs(text)), ...findStep(text) };
};

/** What one line of output (without its line break) says. Never throws. */
export const parseLine = (raw: string): LineMetrics => {
  const { places, step, epoch } = readLine(raw);
  return {
    metrics: new Map(places.map(({ metric, value }) => [metric, value])),
    ...(step === undefined ? {} : { step }),
    ...(epoch === undefined ? {} : { epoch }),
  };
};

/** Where the metrics stand that `parseLine` finds in a line as a terminal shows it, without control sequences. */
export const metricPlaces = (line: string): readonly MetricPlace[] => {
  const borders = [...line.matchAll(/[│┃║]/g)].map(({ index }) => index);
  // Each border before a place was widened by one character.
  const inLine = (at: number): number => at - borders.filter((border, before) => border + before < at).length;
  return readLine(line).places.map((place) => ({
    ...place,
    start: inLine(place.start),
    end: inLine(place.end),
  }));
};
