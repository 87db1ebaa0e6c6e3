/** Where in a text a JSON pointer leads. */
export interface Positions {
  /**
   * Line of the deepest part of the path that exists: that of the key for a member, that of its start for an element.
   * `found` counts the tokens that exist.
   */
  readonly place: (tokens: readonly string[]) => Place;
}

export interface Place {
  /** One-based. */
  readonly line: number;
  readonly found: number;
}
