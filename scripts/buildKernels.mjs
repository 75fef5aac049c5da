// Compiles src/engine/numeric/wasm/kernels.as (AssemblyScript) and writes the module, as text, into kernels.ts beside
// it. The outcome is committed, so that nobody needs the compiler to build or run; a test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = fileURLToPath(new URL('../src/engine/numeric/wasm/', import.meta.url));
export const generatedFile = path.join(folder, 'kernels.ts');

/** No runtime and no collector: the caller lays out the memory. Plain SIMD only: the same bits on every machine. */
const settings = [
  ...['--runtime', 'stub', '--use', 'abort=', '--enable', 'simd,bulk-memory'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert', '--initialMemory', '1'],
];

export const compileKernels = async () => {
  let binary;
  const complaints = asc.createMemoryStream();
  const { error } = await asc.main(['kernels.ts', '--outFile', 'kernels.wasm', ...settings], {
    stdout: complaints,
    stderr: complaints,
    // The compiler insists on an ending that the type checker would read as TypeScript.
    readFile: (name) =>
      name === 'kernels.ts' ? readFileSync(path.join(folder, 'kernels.as'), 'utf8') : null,
    writeFile: (_name, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error || binary === undefined) throw new Error(`kernels.as: ${complaints.toString()}${error ?? ''}`);
  return binary;
};

export const toSource = (binary) => {
  const text = Buffer.from(binary).toString('base64');
  const lines = text.match(/.{1,100}/g).map((line) => `  '${line}'`);
  return [
    '// Made by `npm run build:kernels` from kernels.as; not to be edited. WebAssembly, in base64.',
    '',
    'export const kernelsBase64 =',
    `${lines.join(' +\n')};`,
    '',
  ].join('\n');
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileKernels();
  writeFileSync(generatedFile, toSource(binary));
  console.log(`kernels.ts: ${binary.length} bytes of WebAssembly`);
}
