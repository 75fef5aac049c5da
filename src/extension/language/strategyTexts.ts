interface Setting {
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly unknown[];
  readonly markdownEnumDescriptions?: readonly unknown[];
}

/**
 * The manifest's own line about a sampler or a rule for early stopping, which the editor has translated already: one
 * text for settings and completion.
 */
export const aboutStrategyIn =
  (manifest: unknown) =>
  (of: 'sampler' | 'pruner', name: string): string | undefined => {
    const setting = settingsIn(manifest)[`tunelens.${of}`];
    const at = setting?.enum?.indexOf(name) ?? -1;
    const text = (setting?.markdownEnumDescriptions ?? setting?.enumDescriptions)?.[at];
    return typeof text === 'string' ? text : undefined;
  };

/** The manifest is the editor's copy of our own, so its shape is known; what is not there is left out. */
const settingsIn = (manifest: unknown): Readonly<Record<string, Setting | undefined>> => {
  const { contributes } = (manifest ?? {}) as { contributes?: { configuration?: unknown } };
  const sections = [contributes?.configuration ?? []].flat() as readonly {
    readonly properties?: Readonly<Record<string, Setting>>;
  }[];
  return Object.assign({}, ...sections.map(({ properties }) => properties)) as Record<string, Setting>;
};
