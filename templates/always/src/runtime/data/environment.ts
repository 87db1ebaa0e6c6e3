/** What the host is told at its start: variables by name. Secrets of an API are read from it with every call. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** The environment, and how the files are read that some of its variables name. */
export interface Variables {
  readonly environment: Environment;
  /** Text of the file at a path. Absent where there are no files. Throws where it cannot be read. */
  readonly readText?: (path: string) => string;
}
