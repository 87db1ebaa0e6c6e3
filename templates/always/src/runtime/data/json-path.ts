/** What JSONPath (RFC 9535) is for a server that has that part: `jsonpath/jsonpath.ts`. */
import type { JsonValue } from "./model-parts.js";

/** What a query finds in a value. */
export interface Query {
  /** Whether it can find one thing at most (RFC 9535 §2.3.5.1). */
  readonly isSingular: boolean;
  /** @throws where it costs too much */
  (value: JsonValue): readonly Found[];
}

/** A result: its value, and the keys and indexes that lead to it. */
export interface Found {
  readonly value: JsonValue;
  readonly location: readonly (string | number)[];
}

/** Reads a query. @throws where it is none, or costs too much */
export type JsonPath = (text: string) => Query;

/** The part, which loads its library when it is first asked for. */
export interface JsonPathPart {
  loadJsonPath(): Promise<JsonPath>;
}
