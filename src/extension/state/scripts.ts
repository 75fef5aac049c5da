import { languageOfFile } from '../../engine/index.ts';

const header = /\.(?:h|hh|hpp|hxx|cuh)$/i;
const configuration: ReadonlySet<string> = new Set(['yaml', 'toml', 'json']);

/** Can a file of this name be run by itself, by Python or another program? Headers and configuration cannot. */
export const isScriptFile = (file: string): boolean => {
  const language = languageOfFile(file);
  return language !== undefined && !configuration.has(language) && !header.test(file);
};

/** Does another program than Python run it? */
export const isOtherScript = (file: string): boolean =>
  isScriptFile(file) && languageOfFile(file) !== 'python';

/** What files of those languages are called. */
export const otherScripts = '**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,r,R,jl,sh,bash,zsh,ksh,c,cc,cpp,cxx,cu}';
