/** Stands in for the types of a project, so that the templates can be checked where they lie. */
export interface Tools {
  readonly [tool: string]: {
    readonly arguments: { readonly [argument: string]: unknown };
    readonly result: unknown;
  };
}
