/** A package that emitted projects depend on. */
export interface Dependency {
  readonly name: string;
  /** Exact: the one that the runtime was tested with. */
  readonly version: string;
  /** Completes "needed for". */
  readonly reason: string;
  readonly development: boolean;
}

export function dependency(name: string, version: string, reason: string): Dependency {
  return { name, version, reason, development: false };
}
