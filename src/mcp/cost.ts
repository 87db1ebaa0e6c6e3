/** What a tool costs a model before it is ever called: the tokens of its entry in `tools/list`. */
import type { ListedTool } from "./model.ts";

/** Characters of JSON per token, an average over the tokenisers of the larger models: an estimate, not a bill. */
const charactersPerToken = 4;

/** Entries that were measured: plan, lock and summary ask for the same ones. */
const measured = new WeakMap<ListedTool, number>();

/** Estimated tokens of one tool's entry: name, title, description, schemas and hints. */
export function toolTokens(listing: ListedTool): number {
  const known = measured.get(listing);
  if (known !== undefined) return known;
  const tokens = Math.ceil(JSON.stringify(listing).length / charactersPerToken);
  measured.set(listing, tokens);
  return tokens;
}
