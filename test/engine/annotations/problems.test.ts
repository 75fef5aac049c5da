import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { fixed, marked } from './notation.ts';

/** Text with the place marked, code, a part of the message, and the line after the quick fix, where there is one. */
type Case = readonly [text: string, code: string, message: string, fixed?: string];

const errors: readonly Case[] = [
  // Ranges
  ['x = 2  # tune: «8..1»', 'range', 'reversed: write 1..8', 'x = 2  # tune: 1..8'],
  ['x = 2  # tune: «8 .. 1» log', 'range', 'reversed', 'x = 2  # tune: 1 .. 8 log'],
  ['x = 2  # tune: «2..2»', 'range', 'single value'],
  ['x = 0.5  # tune: «0»..1 log', 'range', 'begin above 0', 'x = 0.5  # tune: 1e-4..1 log'],
  ['x = 0.5  # tune: log(«0», 1)', 'range', 'begin above 0', 'x = 0.5  # tune: log(1e-4, 1)'],
  ['x = 4  # tune: «0»..8 step 2x', 'range', 'begin above 0', 'x = 4  # tune: 1..8 step 2x'],
  ['x = -4  # tune: «-8»..-1 log', 'range', 'begin above 0'],
  ['x = 4  # tune: 1..8 step «1x»', 'range', 'above 1', 'x = 4  # tune: 1..8 step 2x'],
  ['x = 4  # tune: 1..8 step «16x»', 'range', 'leaves the range'],
  ['x = 4  # tune: 1..8 step «0»', 'range', 'above 0'],
  ['x = 4  # tune: 1..8 step «9»', 'range', 'at most 7'],
  ['x = 4  # tune: int(1, 8) step «0.5»', 'type', 'whole step'],
  ['x = 4  # tune: 1..8 step« »', 'syntax', 'Write the step'],
  ['x = 0.1  # tune: 1e-5..1e-1 «lgo»', 'syntax', 'mean log', 'x = 0.1  # tune: 1e-5..1e-1 log'],
  ['x = 4  # tune: 1..8 «ordered»', 'syntax', 'ordered already', 'x = 4  # tune: 1..8'],
  ['x = 4  # tune: 1..8 «cheese»', 'syntax', 'log, step or if'],
  ['x = 4  # tune: 1«-»8', 'syntax', 'two dots', 'x = 4  # tune: 1..8'],
  ['x = 4  # tune: 1 «to» 8', 'syntax', 'two dots', 'x = 4  # tune: 1..8'],
  ['x = 4  # tune: 1«...»8', 'syntax', 'two dots', 'x = 4  # tune: 1..8'],
  ['x = 4  # tune: 1«…»8', 'syntax', 'two dots', 'x = 4  # tune: 1..8'],
  ['x = 4  # tune: 1«:»8', 'syntax', 'two dots', 'x = 4  # tune: 1..8'],
  ['x = 4  # tune: «4»', 'syntax', 'two ends'],
  ['x = 0.1  # tune: 0..«1e999»', 'range', 'not a number'],
  ['x = "a"  # tune: «1..2»', 'type', 'write choices such as ["a", …]'],
  ['x = True  # tune: «1..2»', 'type', 'write choices'],
  ['x = "a"  # tune: «normal(0, 1)»', 'type', 'needs a number'],
  ['x = 0.1  # tune: normal(0, «0»)', 'range', 'above 0'],
  ['x = 0.1  # tune: normal(0, 1) in «2..1»', 'range', 'reversed', 'x = 0.1  # tune: normal(0, 1) in 1..2'],
  [
    'x = 0.1  # tune: lognormal(-1, 1) in «0»..1',
    'range',
    'begin above 0',
    'x = 0.1  # tune: lognormal(-1, 1) in 1e-4..1',
  ],
  ['x = 0.1  # tune: normal(0, 1) «log»', 'syntax', 'lognormal', 'x = 0.1  # tune: normal(0, 1)'],
  ['x = 0.1  # «tune: normal(5, 1) in 0..1»', 'range', 'expected around 5'],
  ['x = 4  # tune: int(«0.5, 8»)', 'type', 'whole numbers', 'x = 4  # tune: uniform(0.5, 8)'],
  // Choices
  ['x = "a"  # tune: «["a"]»', 'range', 'at least two'],
  ['x = "a"  # tune: ["a", «adam»]', 'syntax', 'quotes: "adam"', 'x = "a"  # tune: ["a", "adam"]'],
  ['x = True  # tune: [True, «false»]', 'syntax', 'Write False', 'x = True  # tune: [True, False]'],
  ['x = 1  # tune: [1, 2, «1»]', 'duplicate', 'there already', 'x = 1  # tune: [1, 2]'],
  ['x = 1  # tune: [1 «2»]', 'syntax', 'comma', 'x = 1  # tune: [1 , 2]'],
  ['x = "a"  # tune: ["a", «"b»', 'syntax', 'quote', 'x = "a"  # tune: ["a", "b"'],
  ['x = "a"  # tune: «("a", "b")»', 'syntax', 'square brackets', 'x = "a"  # tune: ["a", "b"]'],
  ['x = 1  # tune: [1, 2] «log»', 'syntax', 'no log', 'x = 1  # tune: [1, 2]'],
  ['x = 1  # tune: [1, 2] «orderd»', 'syntax', 'ordered or if', 'x = 1  # tune: [1, 2] ordered'],
  // Words
  ['x = 1  # tune: «buget» 1..4', 'syntax', 'mean budget', 'x = 1  # tune: budget 1..4'],
  ['x = 1  # tune: «cheese»', 'syntax', 'no search space'],
  ['x = 1  # tune: «%»', 'syntax', 'Write a range'],
  ['x = 1  # tune: budget «0..4»', 'range', 'at least 1', 'x = 1  # tune: budget 1..4'],
  ['x = 1  # tune: budget «1..4» log', 'syntax', 'two numbers only', 'x = 1  # tune: budget 1..4'],
  // Lists
  ['x = 3  # «tune: list 1..4 of 2..8»', 'no-literal', 'behind a list of literals'],
  ['x = [f(1)]  # «tune: list 1..4 of 2..8»', 'no-literal', 'behind a list of literals'],
  ['x = [1]; y = [2]  # «tune: list 1..4 of 2..8»', 'syntax', '2 lists, x and y'],
  ['x = [3]  # tune: list «4..1» of 2..8', 'range', 'write 1..4', 'x = [3]  # tune: list 1..4 of 2..8'],
  ['x = [3]  # tune: list «0..0» of 2..8', 'range', 'at least one'],
  ['x = [3]  # tune: list «0.5..2» of 2..8', 'range', 'whole numbers'],
  ['x = [3]  # tune: list 1..«9000000000000000» of 2..8', 'range', 'at most 1000'],
  ['x = [3]  # tune: list 1..4 «2»..8', 'syntax', 'behind of'],
  ['x = [3]  # tune: list« »', 'syntax', 'how many items'],
  ['x = [3]  # tune: list 2 of «8..2»', 'range', 'reversed', 'x = [3]  # tune: list 2 of 2..8'],
  ['x = ["a"]  # tune: list 2 of «1..2»', 'type', 'needs a number'],
  ['x = [3]  # tune: list 2 of «sin»(1)', 'syntax', 'a range or choices'],
  ['x = ["a", "b"]  # «tune: subset ["a", "b"] 1..3»', 'range', 'at most 2 choices'],
  ['x = ["a", "b"]  # tune: subset of« »', 'syntax', 'behind of'],
  ['x = ["a"]  # «tune: permutation»', 'range', 'at least two choices'],
  ['x = ["a", "a"]  # «tune: permutation»', 'duplicate', '"a" twice'],
  ['x = [1.0]  # «tune: simplex»', 'range', 'at least two numbers'],
  ['x = [0.5, 0.5]  # tune: simplex total «0»', 'range', 'more than 0'],
  ['x = [1]  # tune: «lst» 1..4 of 2..8', 'syntax', 'mean list', 'x = [1]  # tune: list 1..4 of 2..8'],
  ['x = [1]; y = [2]  # «tune: y: list 1..2 of 2..8; x: 1..4»', 'type', 'x is a list'],
  [
    'x = [1]  # tune: list 1..2 of 1..8\ny = 1  # tune: 1..4 if «x[2]» > 2',
    'unknown-name',
    'x[2]',
    'x = [1]  # tune: list 1..2 of 1..8\ny = 1  # tune: 1..4 if x[0] > 2',
  ],
  ['x = ["a", "b"]  # tune: subset\ny = 1  # tune: 1..4 if «"c" in x»', 'range', 'never has "c"'],
  ['x = [1]  # «tune: list 1..2 of 1..8 if x.length > 1»', 'circular', 'x → x'],
  ['# tune: constraint ms «<» 20', 'syntax', 'Write <=', '# tune: constraint ms <= 20'],
  ['# tune: constraint ms «==» 20', 'syntax', 'constraint latency_ms <= 20'],
  ['# tune: constraint ms <= «fast»', 'syntax', 'the number'],
  ['# tune: «constraint» <= 20', 'syntax', 'Name one metric'],
  ['# tune: constraint «a b» <= 20', 'syntax', 'Name one metric', '# tune: constraint "a b" <= 20'],
  ['# tune: maximize «val acc»', 'syntax', 'Name one metric', '# tune: maximize "val acc"'],
  ['# tune: constraint ms <= 20 «30»', 'syntax', 'Nothing more'],
  ['x = 1  # «tune» 1..4', 'syntax', 'colon', 'x = 1  # tune: 1..4'],
  ['x = 1  # «Tune»: 1..4', 'syntax', 'lower case', 'x = 1  # tune: 1..4'],
  // Expressions
  ['x = 1  # tune: 1..4 if x2 «=» 3', 'syntax', '==', 'x = 1  # tune: 1..4 if x2 == 3'],
  ['x = 1  # tune: 1..4 «if»', 'syntax', 'Write a condition'],
  ['x = 1  # tune: «=»', 'syntax', 'Write an expression'],
  // What it stands on
  ['x = «f(y)»  # tune: 1..4', 'no-literal', 'x is a call'],
  ['x = «[1, 2]»  # tune: 1..4', 'no-literal', 'x is a list'],
  ['x = «y»  # tune: 1..4', 'no-literal', 'x is a name'],
  ['x = «2 ** 10»  # tune: 1..4', 'no-literal', 'x is an expression'],
  ['x = «b"a"»  # tune: ["a", "b"]', 'no-literal', 'bytes'],
  ['x = «2j»  # tune: 1..4', 'no-literal', 'complex'],
  ['x = «12345678901234567890»  # tune: 1..4', 'no-literal', 'too large'],
  ['f(x)  # «tune: 0..1»', 'no-literal', 'named literal'],
  ['# «tune: 0..1»', 'no-literal', 'on the same line'],
  ['x = "a"  # «tune»', 'type', 'No range follows'],
  ['x = 0.5  # «tune: seed»', 'type', 'whole number'],
  ['x = "a"  # «tune: budget 1..4»', 'type', 'whole number'],
  ['a = 1; b = 2  # «tune: 1..4»', 'syntax', '2 literals, a and b'],
  ['f(a=1, b=True)  # «tune»', 'syntax', '2 literals, a and b'],
  ['a = 1  # «tune: 1..4, 1..8»', 'syntax', 'one literal'],
  [
    'alpha = 1; b = 2  # tune: «aplha»: 1..4',
    'unknown-name',
    'no literal called aplha, but alpha and b',
    'alpha = 1; b = 2  # tune: alpha: 1..4',
  ],
  ['a = 1; b = 2  # tune: a: 1..4; «1..8»', 'syntax', 'Name the literal'],
  // Study
  ['# tune: trials «many»', 'syntax', 'whole number'],
  ['# tune: stop «2»', 'syntax', 'unit'],
  ['# tune: «trails» 20', 'syntax', 'mean trials', '# tune: trials 20'],
  ['print(acc)  # tune: «maximize»', 'syntax', 'Name the metric'],
  ['self.acc = f()  # tune: «maximize»', 'unsupported', 'plain name'],
  ['a, b = f()  # tune: «maximize»', 'syntax', 'maximize a'],
  ['# tune: maximize acc\n# tune: «minimize acc»', 'duplicate', 'maximized above and minimized here'],
  ['# tune: trials 3\n# tune: «trials 4»', 'duplicate', 'keep one'],
  ['# tune: trials 3, parallel 2, «trials 4»', 'duplicate', 'keep one', '# tune: trials 3, parallel 2'],
  ['# tune: trials 3, «trials 4», parallel 2', 'duplicate', 'keep one', '# tune: trials 3, parallel 2'],
  ['# tune: trials 3 «parallel» 2', 'syntax', 'comma', '# tune: trials 3, parallel 2'],
  ['x = 1  # tune: «x»: trials 3', 'syntax', 'Leave out x', 'x = 1  # tune:  trials 3'],
  // Names
  [
    'a = 1  # tune: 1..4\nb = 1  # tune: 1..4 if «aa» > 2',
    'unknown-name',
    'mean a',
    'a = 1  # tune: 1..4\nb = 1  # tune: 1..4 if a > 2',
  ],
  ['b = 1  # tune: = 2 * «base»', 'unknown-name', 'annotate it as well'],
  ['# tune: where «a» > 1', 'unknown-name', 'annotate it as well'],
  ['epochs = 3  # tune: budget 1..9\nb = 1  # tune: = 2 * «epochs»', 'unknown-name', 'epochs is a budget'],
  ['if x:\n    a = 1  # tune: 1..4\na = «2»  # tune: 1..4', 'duplicate', 'another place'],
  ['a = 1  # tune: 1..4\nb = 1  # tune: 1..4 if «a > "x"»', 'type', ''],
  ['a = "x"  # tune: ["x", "y"]\nb = 1  # tune: 1..4 if «a == "z"»', 'range', 'never "z"'],
  [
    'a = "adam"  # tune: ["adam", "sgd"]\nb = 1  # tune: 1..4 if «a == "sdg"»',
    'range',
    'never "sdg"',
    'a = "adam"  # tune: ["adam", "sgd"]\nb = 1  # tune: 1..4 if a == "sgd"',
  ],
  ['a = 1  # tune: 1..4\n# tune: where «a + "x" > 2»', 'type', ''],
  ['a = 1  # «tune: 1..1e14 log»', 'range', '2^40'],
  ['a = 1  # «tune: 1..4 if a > 1»', 'circular', 'a → a'],
];

for (const [notation, code, message, afterFix] of errors)
  test(`${notation} is an error`, () => {
    const { text, start, end } = marked(notation);
    const problems = scanPython(text).problems.filter(({ severity }) => severity === 'error');
    expect(problems).toHaveLength(1);
    const [problem] = problems;
    expect(problem).toMatchObject({ code });
    expect(text.slice(problem?.span.start, problem?.span.end)).toBe(
      text.slice(start, end).trim() === '' ? '' : text.slice(start, end),
    );
    expect(problem?.message).toContain(message);
    expect(problem && fixed(text, problem)).toBe(afterFix);
  });

const warnings: readonly Case[] = [
  ['x = «9»  # tune: 1..8', 'range', 'outside its own range', 'x = 9  # tune: 1..9'],
  ['x = «0.07»  # tune: 0..1 step 0.05', 'range', 'its own steps'],
  ['x = «9.0»  # tune: normal(0, 1)', 'range', 'outside its own range'],
  ['x = «9.0»  # tune: normal(0, 1) in 0..2', 'range', 'outside', 'x = 9.0  # tune: normal(0, 1) in 0..9.0'],
  ['x = 0.3  # tune: 0..«1» step 0.3', 'range', 'end at 0.9', 'x = 0.3  # tune: 0..0.9 step 0.3'],
  ['x = 8  # tune: 1..«100» step 2x', 'range', 'end at 64', 'x = 8  # tune: 1..64 step 2x'],
  ['x = 3  # tune: 1..4\n# tune: where «1 < 2»', 'range', 'names nothing'],
  ['x = «[1, 99]»  # tune: list 1..4 of 1..8', 'range', 'none of its own lists'],
  ['x = «[1, 2, 3]»  # tune: list 1..2 of 1..8', 'range', 'none of its own lists'],
  ['x = «["a"]»  # tune: permutation ["a", "b"]', 'range', 'none of its own lists'],
  ['x = «[0.5, 0.6]»  # tune: simplex', 'range', 'none of its own lists'],
  ['x = «"c"»  # tune: ["a", "b"]', 'range', 'its own choices', 'x = "c"  # tune: ["a", "b", "c"]'],
  ['x = 2  # tune: 1..8\n«x» = 3', 'reassigned', 'tuned on line 1'],
  ['x = 2  # tune: 1..8\nfor «x» in y: pass', 'reassigned', 'tuned on line 1'],
  ['x = 2  # tune: 1..8\nif y:\n    «x» = 3', 'reassigned', 'tuned on line 1'],
  ['x = 2  # tune: 1..8\ndef f():\n    global x\n    «x» = 3', 'reassigned', 'tuned on line 1'],
  ['def f():\n    x = 2  # tune: 1..8\n    y, «x» = 3, 4', 'reassigned', 'tuned on line 2'],
];

for (const [notation, code, message, afterFix] of warnings)
  test(`${notation} is a warning`, () => {
    const { text, start, end } = marked(notation);
    const { problems, tunables } = scanPython(text);
    expect(tunables).toHaveLength(1);
    expect(problems).toMatchObject([{ code, severity: 'warning', span: { start, end } }]);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0] && fixed(text, problems[0])).toBe(afterFix);
  });

const fine = [
  'x = 1\nx = 2  # tune: 1..8',
  'x = 2  # tune: 1..8\nx = x * 2',
  'x = 2  # tune: 1..8\nx *= 2',
  'x = 2  # tune: 1..8\ndef f():\n    x = 3',
  'x = 2  # tune: 1..8\nclass A:\n    x = 3',
  'x = 2  # tune: 1..8\ny = f(x=3)',
  'def f():\n    x = 2  # tune: 1..8\ndef g():\n    x = 3',
];

test.each(fine)('%j reassigns nothing', (text) => {
  expect(scanPython(text).problems).toEqual([]);
});

test('three parameters on a circle are all left out, each with the circle', () => {
  const text =
    'a = 1  # tune: 1..4 if b > 1\nb = 1  # tune: 1..4 if c > 1\nc = 1  # tune: 1..4 if a > 1\nd = 1  # tune: 1..4';
  const { problems, tunables } = scanPython(text);
  expect(problems.map(({ code }) => code)).toEqual(['circular', 'circular', 'circular']);
  expect(tunables.map(({ name }) => name)).toEqual(['d']);
});

test('a mistake in one annotation is not reported again where its name is used', () => {
  const text = 'a = 1  # tune: 4..1\nb = 1  # tune: 1..4 if a > 1';
  expect(scanPython(text).problems.map(({ code }) => code)).toEqual(['range']);
});

/** What each of a problem's other fixes makes of the text, by its title. */
const otherFixes = (text: string): Record<string, string> =>
  Object.fromEntries(
    scanPython(text).problems.flatMap((problem) =>
      (problem.moreFixes ?? []).map((fix) => [fix.title, fixed(text, { ...problem, fix }) ?? '']),
    ),
  );

test('where several ways out are likely, each is offered', () => {
  expect(otherFixes('a = 1; b = 2  # tune: 1..4')).toEqual({
    'Tune a': 'a = 1; b = 2  # tune: a: 1..4',
    'Tune b': 'a = 1; b = 2  # tune: b: 1..4',
  });
  expect(otherFixes('f(a=1, b=2)  # tune')).toMatchObject({ 'Tune b': 'f(a=1, b=2)  # tune: b:' });
  expect(otherFixes('a = 1; b = 2  # tune: a: 1..4; 1..8')).toEqual({
    'Name it b': 'a = 1; b = 2  # tune: a: 1..4; b: 1..8',
  });
  expect(otherFixes('# tune: stop 2')).toMatchObject({ 'Change to 2h': '# tune: stop 2h' });
  expect(otherFixes('x = 0.5  # tune: 0..1 log')).toEqual({ 'Remove "log"': 'x = 0.5  # tune: 0..1' });
  expect(otherFixes('x = 0.07  # tune: 0..1 step 0.05')).toEqual({
    'Change the value to 0.05': 'x = 0.05  # tune: 0..1 step 0.05',
  });
  expect(otherFixes('x = 4  # tune: 1..8 step 0.5')).toEqual({});
  expect(otherFixes('x = 1  # tune: [1, 2] if x 3')).toMatchObject({});
  expect(otherFixes('x = 1  # tune: seed 3 4')).toMatchObject({});
});

test('every fix mends what it is offered for', () => {
  for (const [notation] of [...errors, ...warnings]) {
    const { text } = marked(notation);
    const { problems } = scanPython(text);
    for (const problem of problems)
      if (problem.fix) {
        const after = scanPython(fixed(text, problem) ?? '').problems;
        expect([notation, after.some(({ message }) => message === problem.message)]).toEqual([
          notation,
          false,
        ]);
      }
  }
});
