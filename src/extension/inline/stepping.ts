import * as l10n from '@vscode/l10n';
import {
  commands,
  Selection,
  type TextDocument,
  type TextEditor,
  ThemeColor,
  Range,
  window,
  workspace,
} from 'vscode';
import {
  type AnnotatedTunable,
  languageOfEditor,
  type Parameter,
  type ParamValue,
  renderLiteral,
  type SourceValue,
  stepValue,
  summaryOf,
} from '../../engine/index.ts';
import type { PredictionsView } from '../../protocol/index.ts';
import { contextKeys, settingsSection } from '../contributions.ts';
import { isWithin } from '../language/place.ts';
import { toRange } from '../platform/toRange.ts';
import { type Disposable, Disposables } from '../platform/events.ts';
import { NothingToDo } from '../platform/failures.ts';
import { debounce } from '../platform/throttle.ts';
import { type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { readSetting } from '../state/settings.ts';
import { changedPart } from './changedPart.ts';
import { collectPrediction } from './collectPrediction.ts';
import type { TunedDocument, TunedDocuments } from './tunedDocuments.ts';

/** A run of steps on one literal, undone as one. */
interface Burst {
  readonly editor: TextEditor;
  readonly name: string;
  /** Values of the study's parameters before the first step. */
  readonly before: Readonly<Record<string, SourceValue>>;
  /** Steps taken; an answer to an earlier one is of no use any more. */
  steps: number;
}

/** While typing the cursor moves with every letter. */
const quietMs = 150;

/** Steps a tuned literal through its space, and says what is to be expected of the new value. */
export class Stepping implements Disposable {
  private readonly annotations: DocumentAnnotations;
  private readonly tuned: TunedDocuments;
  private readonly owned = new Disposables();
  private readonly words = this.owned.add(
    window.createTextEditorDecorationType({
      after: {
        margin: '0 0 0 2em',
        color: new ThemeColor('editorCodeLens.foreground'),
        fontStyle: 'italic',
      },
    }),
  );
  private burst: Burst | undefined;
  /** The same words in the status bar. */
  private told: Disposable | undefined;
  private isEditing = false;
  private isOn = false;

  constructor(annotations: DocumentAnnotations, tuned: TunedDocuments) {
    this.annotations = annotations;
    this.tuned = tuned;
    const soon = this.owned.add(debounce(() => this.look(), quietMs));
    this.owned.add(
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor !== window.activeTextEditor || this.isEditing) return;
        this.endWhereLeft(textEditor);
        soon();
      }),
    );
    this.owned.add(
      window.onDidChangeActiveTextEditor(() => {
        this.end();
        this.look();
      }),
    );
    this.owned.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settingsSection}.altArrow`)) this.look();
      }),
    );
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || document !== window.activeTextEditor?.document) return;
        // Undone, or typed over: what was foretold is of another text.
        if (!this.isEditing) this.end();
        soon();
      }),
    );
  }

  /** `byKey` comes from the keys that move a line elsewhere: that is what they do where there is nothing to step. */
  async step(direction: 1 | -1, byKey: boolean): Promise<void> {
    const editor = window.activeTextEditor;
    const tunable = editor && this.tunableAt(editor);
    if (editor === undefined || tunable === undefined) {
      if (!byKey) throw new NothingToDo(l10n.t('Put the cursor into an annotated number or choice first.'));
      await commands.executeCommand(
        direction > 0 ? 'editor.action.moveLinesUpAction' : 'editor.action.moveLinesDownAction',
      );
      return;
    }
    const { role, value } = tunable;
    if (role.kind !== 'search' || isList(value)) return;
    const burst = this.burstOn(editor, tunable.name);
    const count = ++burst.steps;
    const next = stepValue(role.parameter, value, direction);
    if (next.kind === 'end') {
      this.show(editor, tunable, endWords(role.parameter, direction, summaryOf(tunable)));
      return;
    }
    if (!(await this.write(burst, tunable, next.value))) return;
    await this.foretell(burst, count);
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** A number or choice that is searched, with the cursor in it and nothing else selected. */
  private tunableAt({ document, selection }: TextEditor): AnnotatedTunable | undefined {
    if (!isAnnotatable(document) || !selection.isSingleLine) return undefined;
    const offset = document.offsetAt(selection.active);
    const anchor = document.offsetAt(selection.anchor);
    return this.annotations
      .of(document)
      .tunables.find(
        ({ span, role }) => role.kind === 'search' && isWithin(span, offset) && isWithin(span, anchor),
      );
  }

  private burstOn(editor: TextEditor, name: string): Burst {
    if (this.burst?.editor === editor && this.burst.name === name) return this.burst;
    this.end();
    this.burst = { editor, name, before: this.valuesOf(editor.document), steps: 0 };
    return this.burst;
  }

  /** Only the first edit of a burst begins something to undo; the rest joins it. */
  private async write(burst: Burst, tunable: AnnotatedTunable, value: SourceValue): Promise<boolean> {
    const { editor } = burst;
    const { document } = editor;
    const text = renderLiteral(value, tunable, languageOfEditor(document.languageId));
    // Only what differs, so that what the editor has hung on the literal, such as its hint, stays where it is.
    const changed = changedPart(tunable, text);
    this.isEditing = true;
    try {
      const done = await editor.edit((edit) => edit.replace(toRange(document, changed.span), changed.text), {
        undoStopBefore: burst.steps === 1,
        undoStopAfter: false,
      });
      if (done) {
        const end = document.positionAt(tunable.span.start + text.length);
        editor.selection = new Selection(end, end);
      }
      return done;
    } finally {
      this.isEditing = false;
    }
  }

  private async foretell(burst: Burst, count: number): Promise<void> {
    const { editor, name, before } = burst;
    const found = this.tuned.of(editor.document);
    const isKnown = found?.literals.some(({ tunable }) => tunable.name === name) === true;
    const predicted =
      found === undefined || !isKnown
        ? undefined
        : await this.ask(found, [before, this.valuesOf(editor.document)]);
    const tunable = this.annotations.of(editor.document).tunables.find((one) => one.name === name);
    if (this.burst !== burst || burst.steps !== count || tunable === undefined) return;
    const study = isKnown ? found?.study : undefined;
    this.show(editor, tunable, collectPrediction({ study, predicted, best: found?.best }));
  }

  private async ask(
    { session, study }: TunedDocument,
    values: readonly Readonly<Record<string, SourceValue>>[],
  ): Promise<PredictionsView | undefined> {
    try {
      return await session.request('predict', { study: study.id, values });
    } catch {
      return undefined; // the engine's own trouble is told elsewhere; the step is made
    }
  }

  /** Of all parameters of the document's study: as they stand in open documents, else as they stood when it began. */
  private valuesOf(document: TextDocument): Readonly<Record<string, SourceValue>> {
    const found = this.tuned.of(document);
    if (found === undefined) return {};
    const { session, study } = found;
    const values: Record<string, SourceValue> = { ...session.mirror.trial(study.id, 0)?.params };
    for (const open of workspace.textDocuments) {
      const there = this.tuned.of(open);
      if (there?.study.id !== study.id) continue;
      for (const { parameter, tunable } of there.literals) values[parameter.name] = tunable.value;
    }
    return values;
  }

  private show(editor: TextEditor, { line }: AnnotatedTunable, contentText: string): void {
    const { end } = editor.document.lineAt(line).range;
    editor.setDecorations(this.words, [
      { range: new Range(end, end), renderOptions: { after: { contentText } } },
    ]);
    // For those who hear the editor rather than see it.
    this.told?.dispose();
    this.told = window.setStatusBarMessage(`TuneLens: ${contentText}`, 8_000);
  }

  private endWhereLeft(editor: TextEditor): void {
    if (this.burst !== undefined && this.tunableAt(editor)?.name !== this.burst.name) this.end();
  }

  private end(): void {
    this.burst?.editor.setDecorations(this.words, []);
    this.told?.dispose();
    this.told = undefined;
    this.burst = undefined;
  }

  /** Sets the key that decides whether the arrow keys step or move lines. */
  private look(): void {
    const editor = window.activeTextEditor;
    const isOn =
      editor !== undefined && readSetting('altArrow.enabled') && this.tunableAt(editor) !== undefined;
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    void commands.executeCommand('setContext', contextKeys.onTunable, isOn);
  }
}

/** Composites have lists, and what is searched plainly has none. */
const isList = (value: SourceValue): value is readonly ParamValue[] => Array.isArray(value);

const endWords = (parameter: Parameter, direction: 1 | -1, summary: string): string => {
  if (parameter.kind === 'categorical' || parameter.kind === 'bool')
    return l10n.t('the only choice of {0}', summary);
  return direction > 0 ? l10n.t('the upper end of {0}', summary) : l10n.t('the lower end of {0}', summary);
};
