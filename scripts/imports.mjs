// Reads which file imports which, type-only imports included, from the syntax tree of every source file.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@babel/parser';

export const roots = ['src', 'webview', 'test', 'bench'];

const sourceFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : sourceFiles(name);
    return /\.(ts|mts|tsx)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [name] : [];
  });

const resolveLocal = (from, specifier) => {
  const base = path.posix.join(path.posix.dirname(from), specifier);
  const found = [base, `${base}.ts`, `${base}/index.ts`].find(
    (name) => existsSync(name) && statSync(name).isFile(),
  );
  return found ?? base;
};

/** Every import of one file: `{ specifier, target }`; `target` is a path from the repository root for local ones. */
export const importsOf = (file) => {
  const { program } = parse(readFileSync(file, 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
  // Imports, `export … from` and `export * from`, type-only ones included, all carry a `source`.
  const specifiers = program.body.flatMap((statement) => (statement.source ? [statement.source.value] : []));
  return [...new Set(specifiers)].map((specifier) => ({
    specifier,
    target: specifier.startsWith('.') ? resolveLocal(file, specifier) : undefined,
  }));
};

export const importGraph = () =>
  new Map(
    roots
      .filter(existsSync)
      .flatMap(sourceFiles)
      .map((file) => [file, importsOf(file)]),
  );
