/** What a source says about the configuration files that it reads. */
export interface ConfigMentions {
  /** File names in literal text. */
  readonly files: readonly FileMention[];
  /** Configurations that Hydra is asked for. */
  readonly hydra: readonly HydraMention[];
}

export interface FileMention {
  readonly file: string;
  /** Where it is the default of a command-line argument: what that is called. */
  readonly flags: readonly string[];
}

/** `config_path` and `config_name` as written. */
export interface HydraMention {
  readonly folder?: string;
  readonly name: string;
}

/** How the name of a configuration file ends. */
export const configName = /\.(?:ya?ml|toml|jsonc?)$/iu;
