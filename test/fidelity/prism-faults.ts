/** Where Prism is wrong: what it says, and why the standard says otherwise. Nothing here names a document. */
import type { JsonObject } from "../../src/json.ts";
import type { DocumentOperation } from "./document.ts";
import type { Exchange } from "./proxy.ts";

/** The reason why a complaint of Prism does not count, or `undefined` where it does. */
export function excuseOf(
  _complaint: string,
  _operation: DocumentOperation,
  _exchange: Exchange,
  _args: JsonObject,
): string | undefined {
  return undefined;
}
