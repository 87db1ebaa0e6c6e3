/** The emitted project as a value: what each file is called, what it says and whose it is. */

export interface EmittedFile {
  /** Relative to the project's folder, `/` between segments. */
  readonly path: string;
  readonly text: string;
  /** `generator`: overwritten at each run. `user`: written once, then never touched. */
  readonly owner: "generator" | "user";
  /** Path of a file of the user's that this one tells of: it is written only along with that one; default: always. */
  readonly along?: string;
}

/** Sorted by path, paths unique without regard to case. */
export type FileSet = readonly EmittedFile[];
