import type { SyntaxNode } from '@lezer/common';
import { type Chunk, childrenOf, textOf } from './syntax.ts';

/** The modules that an import statement may load: `from pkg import x` names `pkg` and perhaps `pkg.x`. */
export const importedModules = (chunk: Chunk, statement: SyntaxNode): string[] => {
  const words = childrenOf(statement).map((node) => textOf(chunk, node));
  const split = words.indexOf('import');
  if (split < 0) return [];
  const names = namesIn(words.slice(split + 1));
  if (words[0] !== 'from') return names;
  const module = words.slice(1, split).join('');
  if (module === '') return [];
  const separator = module.endsWith('.') ? '' : '.';
  return [module, ...names.filter((name) => name !== '*').map((name) => module + separator + name)];
};

/** `a . b as c , d` → `a.b`, `d`. */
const namesIn = (words: readonly string[]): string[] => {
  const names: string[] = [''];
  let renaming = false;
  for (const word of words) {
    if (word === '(' || word === ')') continue;
    if (word === ',') {
      names.push('');
      renaming = false;
    } else if (word === 'as') renaming = true;
    else if (!renaming) names.push((names.pop() ?? '') + word);
  }
  return names.filter((name) => name !== '');
};
