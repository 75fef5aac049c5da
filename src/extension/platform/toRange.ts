import { Range, type TextDocument } from 'vscode';
import type { Span } from '../../engine/index.ts';

export const toRange = (document: TextDocument, { start, end }: Span): Range =>
  new Range(document.positionAt(start), document.positionAt(end));
