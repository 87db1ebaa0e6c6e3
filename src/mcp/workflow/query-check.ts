/** Whether a text is a JSONPath query, as the server will ask it. */
import { loadJsonPath, QueryFault as Fault } from "../../base/json-path.ts";

/** What is wrong with it, in words that follow it; `undefined` where it can be asked. */
export type QueryFault = (query: string) => string | undefined;

/** Loads the library, which asks the same queries in the server. */
export async function loadQueryFault(): Promise<QueryFault> {
  const read = await loadJsonPath();
  return (query) => {
    try {
      read(query);
      return undefined;
    } catch (fault) {
      if (fault instanceof Fault) return fault.message;
      throw fault;
    }
  };
}
