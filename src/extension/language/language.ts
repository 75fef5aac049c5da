import type { Disposable, ExtensionContext } from 'vscode';
import { Disposables } from '../platform/events.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import type { Studies } from '../state/studies.ts';
import { registerActions } from './actions.ts';
import { registerCompletion } from './completion.ts';
import { registerFindLens } from './findTunables.ts';
import { registerHover } from './hover.ts';
import { registerNames } from './names.ts';
import { registerOutline } from './outline.ts';
import { aboutStrategyIn } from './strategyTexts.ts';

/** What a person who writes annotations gets from the editor. */
export const registerLanguage = (
  annotations: DocumentAnnotations,
  studies: Studies,
  { extension }: Pick<ExtensionContext, 'extension'>,
): Disposable => {
  const owned = new Disposables();
  const aboutStrategy = aboutStrategyIn(extension.packageJSON);
  owned.add(registerCompletion(annotations, studies, aboutStrategy));
  owned.add(registerHover(annotations, studies, aboutStrategy));
  owned.add(registerOutline(annotations));
  owned.add(registerNames(annotations));
  owned.add(registerActions(annotations));
  owned.add(registerFindLens(annotations));
  return owned;
};
