/** What the host is told at its start: variables by name. Secrets of an API are read from it with every call. */
export interface Environment {
  readonly [name: string]: string | undefined;
}
