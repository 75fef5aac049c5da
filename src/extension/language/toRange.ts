import { Position, Range, type TextDocument } from 'vscode';
import type { Span } from '../../engine/index.ts';

export const toRange = (document: TextDocument, { start, end }: Span): Range =>
  new Range(document.positionAt(start), document.positionAt(end));

/** From the start of a line to that of the next. */
export const lineRange = (line: number): Range => new Range(new Position(line, 0), new Position(line + 1, 0));
