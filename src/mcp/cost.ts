/** What a tool costs a model before it is ever called: the tokens of its entry in `tools/list`. */
import type { ListedTool } from "./model.ts";

/** Characters of JSON per token, an average over the tokenisers of the larger models: an estimate, not a bill. */
const charactersPerToken = 4;

/** Estimated tokens of one tool's entry: name, title, description, schemas and hints. */
export function toolTokens(listing: ListedTool): number {
  return Math.ceil(JSON.stringify(listing).length / charactersPerToken);
}
