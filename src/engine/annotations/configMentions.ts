import { type ConfigMentions, configName } from './config/mention.ts';
import { languageCalled } from './languages.ts';
import type { LanguageId } from './tunable.ts';

const quoted = /"([^"\n\\]*)"|'([^'\n\\]*)'|`([^`\n\\$]*)`/gu;

/** The configuration files that a source names. Never throws on any text. */
export const configMentions = (id: LanguageId, text: string): ConfigMentions => {
  if (!/\.(?:ya?ml|toml|jsonc?)\b|config_name/iu.test(text)) return { files: [], hydra: [] };
  const own = languageCalled(id).open(text).mentions?.();
  if (own) return own;
  const files = [...text.matchAll(quoted)].flatMap(([, double, single, back]) => {
    const file = double ?? single ?? back ?? '';
    return configName.test(file) ? [{ file, flags: [] }] : [];
  });
  return { files, hydra: [] };
};
