/** JSONPath (RFC 9535) within bounds, for overlays: as emitted servers ask it, with messages that quote a document. */
import { loadJsonPath as loadLibrary, QueryFault } from "../../templates/always/src/runtime/jsonpath/jsonpath.ts";
import type { Json } from "./json.ts";
import { visible } from "./visible.ts";

export { QueryFault };

/** Where in a value a query leads: the keys and indexes on the way, for each result. */
export type Query = (value: Json) => readonly (readonly (string | number)[])[];

/**
 * Reads queries. The library is loaded for the first document with overlays only.
 *
 * @throws {QueryFault} by the function, where a query is none or costs too much
 */
export async function loadJsonPath(): Promise<(text: string) => Query> {
  const read = await loadLibrary();
  return (text) => {
    const query = legibly(() => read(text));
    return (value) => legibly(() => query(value).map(({ location }) => location));
  };
}

function legibly<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (fault) {
    throw fault instanceof QueryFault ? new QueryFault(visible(fault.message)) : fault;
  }
}
