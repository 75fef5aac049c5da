import { summaryOf } from '../../../src/engine/annotations/summaryOf.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import type { AnnotatedTunable, AnnotationProblem } from '../../../src/engine/annotations/tunable.ts';

/** A tunable on one line: `Config.lr: 1e-3 ∈ 1e-5..0.1 log (field Config)`. */
export const inWords = (tunable: AnnotatedTunable): string =>
  `${tunable.name}: ${tunable.text} ∈ ${summaryOf(tunable)} (${formInWords(tunable.form)})`;

const formInWords = (form: AnnotatedTunable['form']): string => {
  switch (form.kind) {
    case 'assignment':
      return `${form.moduleLevel ? 'module' : 'local'} ${form.target}`;
    case 'argparse':
      return `argparse ${form.dest}`;
    case 'keyword':
      return `keyword ${form.callee}`;
    case 'dict':
      return 'dict';
    case 'argument':
      return `argument ${form.index} of ${form.callee}`;
    case 'entry':
      return `entry ${form.index}`;
    case 'key':
      return `key ${form.path}`;
    default:
      return `${form.kind} ${form.owner}`;
  }
};

export const tunablesOf = (text: string): string[] => scanPython(text).tunables.map(inWords);

/** The only problem of a text. Its place is marked by `«…»` in the text, which is taken out first. */
export interface Marked {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export const marked = (notation: string): Marked => {
  const start = notation.indexOf('«');
  const end = notation.indexOf('»') - 1;
  return { text: notation.replace(/[«»]/gu, ''), start, end };
};

/** The text after the problem's quick fix, or undefined without one. */
export const fixed = (text: string, { fix }: AnnotationProblem): string | undefined =>
  fix && text.slice(0, fix.span.start) + fix.text + text.slice(fix.span.end);
