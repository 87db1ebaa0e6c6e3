/** `generated/finding.json`: what a search over the operations of a server reads, made when the server is generated. */

export interface FindingIndex {
  /** Every operation, in the order of the tools. */
  readonly operations: readonly IndexedOperation[];
  /** Stems, sorted. */
  readonly stems: readonly string[];
  /**
   * By stem, in turn and to the base of 36: how far the next operation that has it is from the one before, and its weight
   * there in twentieths.
   */
  readonly postings: readonly string[];
  /** Words that operations are spoken of by their initials: `pr` for the stems of `pull request`. */
  readonly initials: { readonly [initials: string]: readonly string[] };
  /** Stems of the titles of the APIs: they say nothing of an operation. */
  readonly apiStems: readonly string[];
}

export interface IndexedOperation {
  /** Name of its tool. */
  readonly name: string;
  /** `GET /pets/{petId}`: the operation as the document has it; `WORKFLOW buyPet` for a workflow. */
  readonly request: string;
  /** Which API it belongs to, where the server has several: the name of its folder. */
  readonly api?: string;
  /** Tag as the document spells it. */
  readonly tag?: string;
  /** Numbers of the stems of its path and title that say what it is about. */
  readonly core: readonly number[];
  /** Numbers of the stems of the last word of its path. */
  readonly last: readonly number[];
  /** A verb that the path itself ends with, as `chat.postMessage`: it says more than the method. */
  readonly verb?: string;
  /** How far it is about whoever calls, 0 to 1: `/me/albums`. Absent: 0. */
  readonly own?: number;
  /** Numbers of operations whose answers give what its arguments name, likeliest first. */
  readonly needs?: readonly number[];
  /** Where a chain of calls begins without any identifier: things by their words (`GET /search?q=`), or whoever calls (`GET /me`). */
  readonly start?: "words" | "caller";
}
