/** Answers that the document shows, for the development mock. */
import { type Json, canonical } from "../base/json.ts";
import type { BuiltTool } from "./built-tool.ts";
import { jsonContent, successes } from "./listed/output.ts";
import type { ExampleData } from "./model.ts";

/** Longest example that the development mock keeps, and how much all of them may take, in characters of JSON. */
const exampleLimit = 8_000;
const examplesLimit = 1_000_000;

/** By tool, the example of its first successful answer that has one. */
export function examplesOf(built: readonly BuiltTool[]): ExampleData {
  let spent = 0;
  // Answers share examples.
  const known = new Map<Json, ShownExample>();
  const entries: [string, ExampleData[string]][] = [];
  for (const { operation, tool } of built) {
    const json = jsonContent(operation);
    const response =
      successes(operation).find(({ contents }) => contents.some((content) => content === json)) ??
      successes(operation)[0];
    const content = json ?? response?.contents.find(({ example }) => example !== undefined);
    if (response === undefined || content?.example === undefined) continue;
    let shown = known.get(content.example);
    if (shown === undefined) known.set(content.example, (shown = shownExample(content.example)));
    const { size, value } = shown;
    if (value === undefined || spent + size > examplesLimit) continue;
    spent += size;
    const status = /^\d{3}$/.test(response.status) ? Number(response.status) : 200;
    entries.push([tool.listing.name, { status, mediaType: content.mediaType, value }]);
  }
  return Object.fromEntries(entries);
}

interface ShownExample {
  /** Characters of its JSON. */
  readonly size: number;
  /** Absent where that is too much. */
  readonly value: Json | undefined;
}

function shownExample(example: Json): ShownExample {
  const size = JSON.stringify(example).length;
  return { size, value: size > exampleLimit ? undefined : canonical(example) };
}
