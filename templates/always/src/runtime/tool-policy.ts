/** What holds of a tool besides its call: old names, and the owner's limits. */

/** An old name of a tool: it can be called and is not listed. */
export interface AliasData {
  readonly name: string;
  /** Name of the tool that answers. */
  readonly tool: string;
  /** Last day on which it can be called, `YYYY-MM-DD` in UTC; absent where there is no end. */
  readonly until?: string;
}
