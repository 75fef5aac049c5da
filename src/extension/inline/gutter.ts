import {
  type DecorationOptions,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  Uri,
  window,
  workspace,
} from 'vscode';
import { settingsSection } from '../contributions.ts';
import { drawResponseIcon } from '../drawing/drawResponse.ts';
import { presentPalette, toDataUri } from '../drawing/presentPalette.ts';
import type { Palette } from '../language/drawSpace.ts';
import { type Disposable, Disposables } from '../platform/events.ts';
import { debounce } from '../platform/throttle.ts';
import { readSetting } from '../state/settings.ts';
import { isNumberKind, type TunedLiteral } from './collectTuned.ts';
import type { TunedDocument, TunedDocuments } from './tunedDocuments.ts';

/** After typing has paused; the editor moves what is drawn with its lines meanwhile. */
const quietMs = 400;
/** The editor keeps a style sheet for each picture. */
const mostPictures = 200;

/** A small curve, and whether a trial runs, in the margin of lines with tuned literals. */
export const registerGutter = (tuned: TunedDocuments): Disposable => {
  const owned = new Disposables();
  const pictures = owned.add(new Pictures());
  const draw = (): void => pictures.show(window.visibleTextEditors, (editor) => iconsOf(editor, tuned));
  const soon = owned.add(debounce(draw, quietMs));
  owned.add(tuned.onDidChange(draw));
  owned.add(window.onDidChangeVisibleTextEditors(() => soon()));
  owned.add(window.onDidChangeActiveColorTheme(draw));
  owned.add(
    workspace.onDidChangeTextDocument(({ document }) => {
      if (window.visibleTextEditors.some((editor) => editor.document === document)) soon();
    }),
  );
  owned.add(
    workspace.onDidChangeConfiguration((event) => {
      const ours = event.affectsConfiguration(`${settingsSection}.gutter`);
      if (ours || event.affectsConfiguration('workbench.reduceMotion')) draw();
    }),
  );
  return owned;
};

/** Pictures by line; the first literal of a line has it. */
type Icons = ReadonlyMap<number, string>;

const iconsOf = ({ document }: TextEditor, tuned: TunedDocuments): Icons => {
  const icons = new Map<number, string>();
  const found = readSetting('gutter.enabled', document) ? tuned.of(document) : undefined;
  if (found === undefined) return icons;
  const palette = presentPalette();
  for (const literal of found.literals) {
    const { line } = literal.tunable;
    if (icons.has(line)) continue;
    const icon = iconOf(literal, found, palette);
    if (icon !== undefined) icons.set(line, icon);
  }
  return icons;
};

const iconOf = (
  { insight, parameter, best, running }: TunedLiteral,
  { insights }: TunedDocument,
  palette: Palette,
): string | undefined =>
  drawResponseIcon(
    {
      ...(insight !== undefined && { insight }),
      ...(best !== undefined && { best: best.value }),
      isScale: isNumberKind(parameter.kind),
      log: parameter.log,
      noise: insights?.noise ?? 0,
      running: running.length > 0,
      motion: presentMotion(),
    },
    palette,
  );

const presentMotion = (): 'on' | 'off' | 'auto' => {
  const reduce: unknown = workspace.getConfiguration('workbench').get('reduceMotion');
  if (reduce === 'on') return 'off';
  return reduce === 'off' ? 'on' : 'auto';
};

/** The decoration types of pictures: one each, kept while it is shown anywhere and a while longer. */
class Pictures implements Disposable {
  private readonly types = new Map<string, TextEditorDecorationType>();
  /** By editor, the pictures with their lines as last set. */
  private readonly shown = new WeakMap<TextEditor, ReadonlyMap<string, readonly number[]>>();

  show(editors: readonly TextEditor[], iconsOf: (editor: TextEditor) => Icons): void {
    const inUse = new Set<string>();
    for (const editor of editors) {
      const lines = new Map<string, number[]>();
      for (const [line, svg] of iconsOf(editor)) lines.set(svg, [...(lines.get(svg) ?? []), line]);
      const before = this.shown.get(editor) ?? new Map<string, readonly number[]>();
      // What is new comes first, so that nothing is empty between two pictures.
      for (const [svg, at] of lines) editor.setDecorations(this.typeOf(svg), at.map(toOptions));
      for (const svg of before.keys())
        if (!lines.has(svg)) editor.setDecorations(this.types.get(svg) ?? this.typeOf(svg), []);
      this.shown.set(editor, lines);
      for (const svg of lines.keys()) inUse.add(svg);
    }
    for (const [svg, type] of this.types) {
      if (this.types.size <= mostPictures) break;
      if (inUse.has(svg)) continue;
      type.dispose();
      this.types.delete(svg);
    }
  }

  dispose(): void {
    for (const type of this.types.values()) type.dispose();
    this.types.clear();
  }

  private typeOf(svg: string): TextEditorDecorationType {
    const known = this.types.get(svg);
    if (known !== undefined) return known;
    const type = window.createTextEditorDecorationType({
      gutterIconPath: Uri.parse(toDataUri(svg)),
      gutterIconSize: 'contain',
    });
    this.types.set(svg, type);
    return type;
  }
}

const toOptions = (line: number): DecorationOptions => ({ range: new Range(line, 0, line, 0) });
