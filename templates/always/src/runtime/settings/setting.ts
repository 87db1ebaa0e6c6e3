/** A row of `settingsTable`. */
export interface Setting {
  readonly name: string;
  /** As it would be written into the environment; absent: unset. */
  readonly default?: string;
  readonly unit?: "ms" | "bytes" | "per minute";
  /** One sentence. */
  readonly meaning: string;
  /** May also be given as a file: `<name>_FILE` holds its path. */
  readonly secret?: true;
  /** The optional part of the runtime that alone reads it. */
  readonly part?:
    | "audit"
    | "authorization"
    | "cache"
    | "credentials"
    | "discovery"
    | "files"
    | "policy"
    | "proxy"
    | "redis"
    | "resources"
    | "sse"
    | "toolsets";
}
