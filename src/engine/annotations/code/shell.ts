import { shell as parser } from '@codemirror/legacy-modes/mode/shell';
import type { StreamParser, StringStream } from '@codemirror/streamparser';
import type { Language } from '../language.ts';
import type { Span } from '../tunable.ts';
import { type Code, type NamedValue, openCode, type ValueRead } from './code.ts';
import type { SourceLink } from './links.ts';
import { type ListStyle, readListOf, renderWith } from './lists.ts';
import { plainNumbers, readScalar, type ScalarStyle } from './scalars.ts';
import { type Token, tokensOf } from './streamTokens.ts';
import { shellStrings } from './strings.ts';

const bare = plainNumbers({ grouped: false });
const unquoted = (text: string): string => /^(["'])(.*)\1$/u.exec(text)?.[2] ?? text;

const scalars: ScalarStyle = {
  words: { true: 'true', false: 'false', null: "''" },
  // Everything is text in a shell: a number in quotes is a number too.
  numbers: {
    toPlain: (text) => bare.toPlain(unquoted(text)),
    fromPlain: (plain, like) => {
      const quote = /^["']/u.exec(like)?.[0] ?? '';
      return `${quote}${plain}${quote}`;
    },
  },
  strings: shellStrings,
};
const lists: ListStyle = { open: ['('], close: [')'], separator: ' ' };

/** What the parser keeps of where it is: `tokens` is empty outside strings and expansions. */
interface State {
  readonly tokens: readonly unknown[];
  /** Ours: here-documents whose text begins on the next line, and the one that is being read. */
  awaited?: readonly HereDocument[];
  reading?: HereDocument | undefined;
}

interface HereDocument {
  readonly end: string;
  /** `<<-`: tabs before the end do not count. */
  readonly stripped: boolean;
}

const hereDocument = /^<<(-?)[ \t]*(?:'([^']*)'|"([^"]*)"|\\?([A-Za-z_][\w.+-]*))/u;

/** Here-documents, words with `#` in them and signs that stand without space are read wrongly by the parser. */
const correct = (stream: StringStream, state: State): string | null | undefined => {
  if (stream.sol()) {
    const [next, ...others] = state.awaited ?? [];
    if (state.reading === undefined && next !== undefined && state.tokens.length === 0) {
      state.reading = next;
      state.awaited = others;
    }
    if (state.reading !== undefined) return readHereDocument(stream, state, state.reading);
  }
  if (state.tokens.length > 0) return undefined;
  const opened = stream.match(hereDocument);
  if (Array.isArray(opened)) {
    const end = opened[2] ?? opened[3] ?? opened[4] ?? '';
    state.awaited = [...(state.awaited ?? []), { end, stripped: opened[1] === '-' }];
    return 'operator';
  }
  const isInWord = stream.pos > 0 && !/[\s;&|()<>]/u.test(stream.string.charAt(stream.pos - 1));
  if (stream.match(/^(?:<<<?|>>|[;&|()<>])/u) || (isInWord && stream.match(/^#/u))) return 'operator';
  return undefined;
};

const readHereDocument = (stream: StringStream, state: State, { end, stripped }: HereDocument): string => {
  const line = stripped ? stream.string.replace(/^\t+/u, '') : stream.string;
  if (line === end) state.reading = undefined;
  stream.skipToEnd();
  return 'string.special';
};

/** A word of a command. */
interface Word extends Span {
  readonly text: string;
}

/** Pieces of words, whatever signs are in them. */
const quoted: ReadonlySet<string> = new Set(['string', 'quote', 'def']);
const passedOver: ReadonlySet<string> = new Set(['comment', 'meta', 'string.special']);

const separator = /^(?:[;&|()]|then|do|else|elif|if|while|until|!|\{|\})$/u;
const assignment = /^(?<name>[A-Za-z_]\w*)\+?=(?<value>.*)$/su;
const flag = /^--?(?<name>[A-Za-z][\w.-]*)(?:=(?<value>.+))?$/su;
const withDefault = /\$\{(?<name>[A-Za-z_]\w*):?[-=](?<value>"[^"$`\\]*"|'[^']*'|[^"'`$\\{}]+)\}/gu;
/** Their options have no values that could be tuned. */
const declaring: ReadonlySet<string> = new Set([
  'export',
  'local',
  'readonly',
  'declare',
  'typeset',
  'set',
  'test',
  '[',
  '[[',
]);
const runners = /^(?:python|pypy|node|deno|bun|Rscript|julia|bash|sh|zsh|ksh|dash)[\d.]*$/u;

class ShellCode {
  private readonly source: string;
  private readonly tokens: readonly Token[];
  readonly commands: readonly (readonly Word[])[];
  private found: readonly NamedValue[] | undefined;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokensOf(source, parser as StreamParser<State>, correct);
    this.commands = this.commandsOf();
  }

  commentAt(place: number): Span | undefined {
    return this.tokens.find(({ start, end, style }) => style === 'comment' && start <= place && place < end);
  }

  named({ start, end }: Span): readonly NamedValue[] {
    this.found ??= this.commands.flatMap((words) => this.namedIn(words));
    return this.found
      .filter((each) => each.start >= start && each.end <= end)
      .sort((a, b) => a.start - b.start || b.end - a.end);
  }

  links(): readonly SourceLink[] {
    return this.commands.flatMap((words) => {
      const [first] = words.filter(({ text }) => !assignment.test(text));
      const isSourced = first !== undefined && (first.text === 'source' || first.text === '.');
      return words.flatMap((word, i) => {
        const isCandidate = isSourced ? words[i - 1] === first : /\.[A-Za-z]\w*["']?$/u.test(word.text);
        return isCandidate ? this.linkOf(word) : [];
      });
    });
  }

  /** A path without expansions is relative to the working folder; one that begins with the script's own folder, to that. */
  private linkOf({ text, start, end }: Word): readonly SourceLink[] {
    const path = shellStrings.read(text);
    if (path !== undefined) return [{ path, from: 'cwd', span: { start, end }, rewrite: 'shell' }];
    const parts = /^"?(?<folder>.*[)}\w])"?\/(?<rest>[\w./+-]+)"?$/su.exec(text)?.groups;
    if (parts?.rest === undefined || parts.folder === undefined) return [];
    return this.isOwnFolder(parts.folder) ? [{ path: parts.rest, from: 'file', span: { start, end } }] : [];
  }

  private isOwnFolder(folder: string): boolean {
    if (/\$0|\$\{0|BASH_SOURCE/u.test(folder)) return true;
    const name = /^\$\{?(\w+)\}?$/u.exec(folder)?.[1];
    return (
      name !== undefined &&
      this.commands
        .flat()
        .some(({ text }) => text.startsWith(`${name}=`) && /\$0|\$\{0|BASH_SOURCE/u.test(text))
    );
  }

  private textOf({ start, end }: Span): string {
    return this.source.slice(start, end);
  }

  /** Where the list that opens at a token closes on the same line. */
  private closing(opening: number): number | undefined {
    for (let at = opening + 1; at < this.tokens.length; at++) {
      const token = this.tokens[at];
      const before = this.tokens[at - 1];
      if (!token || !before || /[\r\n]/u.test(this.source.slice(before.end, token.start))) return undefined;
      if (this.textOf(token) === ')') return at;
    }
    return undefined;
  }

  /** Words are pieces without space between them; commands end at line breaks and signs. */
  private commandsOf(): readonly (readonly Word[])[] {
    const commands: Word[][] = [[]];
    let end = -1; // of the word that goes on
    for (let at = 0, behind = 0; at < this.tokens.length; at++) {
      const token = this.tokens[at];
      if (token === undefined) break;
      if (/(?<!\\)(?:\r\n|\r|\n)/u.test(this.source.slice(behind, token.start))) commands.push([]);
      behind = token.end;
      const text = this.textOf(token);
      const words = commands.at(-1) ?? [];
      const word = words.at(-1);
      const close =
        text === '(' && word && end === token.start && word.text.endsWith('=') ? this.closing(at) : undefined;
      const last = close === undefined ? undefined : this.tokens[close];
      if (word && close !== undefined && last) {
        words[words.length - 1] = {
          start: word.start,
          end: last.end,
          text: this.source.slice(word.start, last.end),
        };
        at = close;
        behind = last.end;
        end = -1;
      } else if (passedOver.has(token.style ?? '') || (/^[<>]/u.test(text) && !quoted.has(token.style ?? '')))
        end = -1;
      else if (!quoted.has(token.style ?? '') && separator.test(text)) {
        commands.push([]);
        end = -1;
      } else {
        if (word && end === token.start)
          words[words.length - 1] = { ...word, end: token.end, text: word.text + text };
        else words.push({ start: token.start, end: token.end, text });
        end = token.end;
      }
    }
    return commands.filter((words) => words.length > 0);
  }

  private namedIn(words: readonly Word[]): readonly NamedValue[] {
    const [command] = words.filter(({ text }) => !assignment.test(text));
    const owner = ownerOf(words, command);
    return words.flatMap((word, i) => {
      const flags =
        command === undefined || declaring.has(command.text) ? [] : flagsOf(word, words[i + 1], owner);
      return [...assigned(word), ...flags, ...defaultsOf(word)];
    });
  }
}

/** `LR=0.001`, `hidden=(64 64)`. */
const assigned = ({ text, end }: Word): readonly NamedValue[] => {
  const { name, value } = assignment.exec(text)?.groups ?? {};
  if (name === undefined || value === undefined || value === '' || /^["'$]/u.test(text)) return [];
  const form = { kind: 'assignment', target: name, moduleLevel: true } as const;
  return [{ naming: { name, form, scope: -1 }, start: end - value.length, end, read: readValue(value) }];
};

/** `--lr=0.1` and `--lr 0.1`, under the name of the program that takes it. */
const flagsOf = (word: Word, next: Word | undefined, owner: string | undefined): readonly NamedValue[] => {
  const { name, value } = flag.exec(word.text)?.groups ?? {};
  if (name === undefined) return [];
  const form = { kind: 'keyword', callee: owner ?? 'command' } as const;
  const naming = { name: name.replaceAll('-', '_'), ...(owner !== undefined && { owner }), form };
  if (value !== undefined)
    return [{ naming, start: word.end - value.length, end: word.end, read: readValue(value) }];
  const isValue = next !== undefined && !/^-[^\d.]/u.test(next.text) && !next.text.includes('=');
  return isValue ? [{ naming, start: next.start, end: next.end, read: readValue(next.text) }] : [];
};

/** The text behind `:-` in `${LR:-0.001}`. */
const defaultsOf = ({ text, start }: Word): readonly NamedValue[] =>
  [...text.matchAll(withDefault)].map((match) => {
    const { name = '', value = '' } = match.groups ?? {};
    const from = start + match.index + match[0].length - 1 - value.length;
    return {
      naming: { name, form: { kind: 'variable', owner: name } },
      start: from,
      end: from + value.length,
      read: readValue(value),
    };
  });

const readValue = (text: string): ValueRead => {
  const read = readScalar(text, scalars);
  if (read !== undefined) return read;
  const list = readListOf(text, lists, scalars);
  if (list !== undefined) return { items: list.items, what: 'a list' };
  return { what: text.includes('$') || text.includes('`') ? 'an expansion' : 'no plain word' };
};

/** What a command's options belong to: the script that it runs, or the program. */
const ownerOf = (words: readonly Word[], command: Word | undefined): string | undefined => {
  if (command === undefined) return undefined;
  const script = runners.test(command.text)
    ? words.slice(words.indexOf(command) + 1).find(({ text }) => /\.\w+$/u.test(text))
    : undefined;
  const name = (script ?? command).text.replace(/^.*\//u, '').replace(/\.\w+$/u, '');
  return /^[A-Za-z_][\w-]*$/u.test(name) ? name : undefined;
};

const open = (source: string): Code => {
  let read: ShellCode | undefined;
  const code = (): ShellCode => {
    read ??= new ShellCode(source);
    return read;
  };
  return {
    sign: '#',
    commentAt: (place) => code().commentAt(place),
    named: (within) => code().named(within),
  };
};

export const shell: Language = {
  id: 'shell',
  editorIds: ['shellscript'],
  extensions: ['.sh', '.bash', '.zsh', '.ksh'],
  commentSign: '#',
  literalsInWords: 'a number or a word, with or without quotes',
  open: (source) => openCode(source, open(source)),
  render: renderWith(scalars, lists),
  links: (source) => new ShellCode(source).links(),
  onlyPrinted: true,
};
