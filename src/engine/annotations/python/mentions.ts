import type { SyntaxNode } from '@lezer/common';
import { type ConfigMentions, configName, type FileMention, type HydraMention } from '../config/mention.ts';
import { readString } from '../literal/stringLiteral.ts';
import type { PythonFile } from './pythonFile.ts';
import { type Chunk, childrenOf, textOf } from './syntax.ts';

const holdsName = /\.(?:ya?ml|toml|jsonc?)["']|config_name/iu;

/** File names in text, and what Hydra's decorator and its functions are asked for. Only pieces with a name are parsed. */
export const mentionsIn = (file: PythonFile): ConfigMentions => {
  const files: FileMention[] = [];
  const hydra: HydraMention[] = [];
  for (const place of file.chunks) {
    if (!holdsName.test(file.textOf(place))) continue;
    const chunk = file.parse(place);
    chunk.tree.iterate({
      enter: ({ name, node }) => {
        if (name === 'String') {
          const text = readString(textOf(chunk, node));
          if (text !== undefined && configName.test(text))
            files.push({ file: text, flags: flagsAround(chunk, node) });
        }
        if (name === 'ArgList') hydra.push(...hydraIn(chunk, node));
      },
    });
  }
  return { files, hydra };
};

/** `--config` in `add_argument("--config", default=Path("base.yaml"))`. */
const flagsAround = (chunk: Chunk, node: SyntaxNode): readonly string[] => {
  for (let list = node.parent; list && !list.name.endsWith('Statement'); list = list.parent) {
    if (list.name !== 'ArgList') continue;
    const flags = childrenOf(list)
      .filter(({ name }) => name === 'String')
      .map((child) => readString(textOf(chunk, child)) ?? '')
      .filter((text) => text.startsWith('-'));
    if (flags.length > 0) return flags;
  }
  return [];
};

const hydraIn = (chunk: Chunk, list: SyntaxNode): readonly HydraMention[] => {
  const children = childrenOf(list);
  const textAt = (keyword: string): string | undefined => {
    const at = children.findIndex((child) => textOf(chunk, child) === keyword);
    const value = at < 0 ? undefined : children[at + 2];
    return value?.name === 'String' ? readString(textOf(chunk, value)) : undefined;
  };
  const name = textAt('config_name');
  if (name === undefined) return [];
  const folder = textAt('config_path');
  return [{ name, ...(folder !== undefined && { folder }) }];
};
