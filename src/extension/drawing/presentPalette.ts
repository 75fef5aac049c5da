import { ColorThemeKind, window } from 'vscode';
import { type Palette, paletteOf } from '../language/drawSpace.ts';

/** Colours that can be read in the editor's theme of now. */
export const presentPalette = (): Palette => {
  const { kind } = window.activeColorTheme;
  return paletteOf({
    light: kind === ColorThemeKind.Light || kind === ColorThemeKind.HighContrastLight,
    highContrast: kind === ColorThemeKind.HighContrast || kind === ColorThemeKind.HighContrastLight,
  });
};

/** A drawing as an address that images, hovers and decorations take. */
export const toDataUri = (svg: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
