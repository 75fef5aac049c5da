// Reads which file imports which, type-only imports included, from the syntax tree of every source file.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

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
  const { module, errors } = parseSync(file, readFileSync(file, 'utf8'));
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const specifiers = [
    ...module.staticImports.map((i) => i.moduleRequest.value),
    ...module.staticExports.flatMap((e) =>
      e.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
    ),
  ];
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
