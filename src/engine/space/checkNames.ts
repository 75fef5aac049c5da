import { checkComposite } from './checkComposite.ts';
import { isComposite, partsOf } from './composite.ts';
import type { SpaceDraft } from './draft.ts';
import type { SpaceProblem } from './problem.ts';

const longestName = 200;

/** Problems with names: empty, unusable or given twice. */
export const checkNames = (draft: SpaceDraft): readonly SpaceProblem[] => {
  const seen = new Set<string>();
  const problems: SpaceProblem[] = [];
  for (const name of allNames(draft)) {
    const complaint = nameComplaint(name, draft);
    if (complaint !== undefined) problems.push({ code: 'syntax', parameter: name, message: complaint });
    if (seen.has(name)) {
      problems.push({
        code: 'duplicate',
        parameter: name,
        message: `${name} is declared twice. Rename or remove one.`,
      });
    }
    seen.add(name);
  }
  return problems;
};

function* allNames(draft: SpaceDraft): Generator<string> {
  for (const parameter of draft.parameters) {
    yield parameter.name;
    // A composite with wrong numbers may have any number of parts; it is reported for those.
    if (isComposite(parameter) && checkComposite(parameter).length === 0)
      for (const { name } of partsOf(parameter)) yield name;
  }
  for (const { name } of draft.derived) yield name;
}

const nameComplaint = (name: string, draft: SpaceDraft): string | undefined => {
  if (name === '') return 'A parameter has an empty name. Give it one.';
  if (name.length > longestName) return `A name is longer than ${longestName} characters. Shorten it.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
  if (/[\u0000-\u001f\u007f]/.test(name))
    return `${JSON.stringify(name)} has control characters. Remove them.`;
  // An object would list such names first whatever their order, or not hold them at all.
  if (/^\d+$/.test(name) || name === '__proto__')
    return `${name} cannot be a name. Choose one that starts with a letter.`;
  const isRestricted = draft.constraints.length > 0 || (draft.forbidden ?? []).length > 0;
  if (name === 'where' && isRestricted)
    return 'A parameter cannot be named where in a space with constraints. Rename it.';
  return undefined;
};
