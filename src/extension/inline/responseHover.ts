import { Hover, type HoverProvider, languages, MarkdownString } from 'vscode';
import { presentPalette, toDataUri } from '../drawing/presentPalette.ts';
import { hoverPlace } from '../language/collectHover.ts';
import { toRange } from '../platform/toRange.ts';
import type { Disposable } from '../platform/events.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { readSetting } from '../state/settings.ts';
import type { AdviceSource } from './adviceSource.ts';
import { collectResponse, type Response } from './collectResponse.ts';
import type { TunedDocuments } from './tunedDocuments.ts';

/** The curve at length, below what the literal is. */
export const registerResponseHover = (
  annotations: DocumentAnnotations,
  tuned: TunedDocuments,
  advice: AdviceSource,
): Disposable => {
  const provider: HoverProvider = {
    provideHover: (document, position) => {
      if (!readSetting('gutter.enabled', document)) return undefined;
      const place = hoverPlace(document.getText(), annotations.of(document), document.offsetAt(position));
      const found = place === undefined ? undefined : tuned.of(document);
      const literal = found?.literals.find(({ tunable }) => tunable.name === place?.tunable.name);
      if (place === undefined || found === undefined || literal === undefined) return undefined;
      const own = advice.of(document).find(({ name }) => name === literal.tunable.name);
      const response = collectResponse(
        literal,
        { ...found, ...(own !== undefined && { advice: own }) },
        presentPalette(),
      );
      return response && new Hover(toMarkdown(response), toRange(document, place.span));
    },
  };
  return languages.registerHoverProvider(annotatableSelector, provider);
};

const toMarkdown = ({ picture, before, after, alt }: Response): MarkdownString => {
  const text = new MarkdownString();
  const paragraphs = (lines: readonly string[]): void => {
    for (const line of lines) text.appendText(line).appendMarkdown('\n\n');
  };
  paragraphs(before);
  const { svg, width, height } = picture;
  text.appendMarkdown(
    `![${alt.replaceAll(/[[\]\\]/gu, '')}](${toDataUri(svg)}|width=${width},height=${height})\n\n`,
  );
  paragraphs(after);
  return text;
};
