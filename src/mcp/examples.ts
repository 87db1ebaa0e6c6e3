/** Answers that the document shows, for the development mock. */
import { canonical } from "../base/json.ts";
import type { BuiltTool } from "./built-tool.ts";
import { jsonContent, successes } from "./listed/output.ts";
import type { ExampleData } from "./model.ts";

/** Longest example that the development mock keeps, and how much all of them may take, in characters of JSON. */
const exampleLimit = 8_000;
const examplesLimit = 1_000_000;

/** By tool, the example of its first successful answer that has one. */
export function examplesOf(built: readonly BuiltTool[]): ExampleData {
  let spent = 0;
  const entries: [string, ExampleData[string]][] = [];
  for (const { operation, tool } of built) {
    const json = jsonContent(operation);
    const response =
      successes(operation).find(({ contents }) => contents.some((content) => content === json)) ??
      successes(operation)[0];
    const content = json ?? response?.contents.find(({ example }) => example !== undefined);
    if (response === undefined || content?.example === undefined) continue;
    const size = JSON.stringify(content.example).length;
    if (size > exampleLimit || spent + size > examplesLimit) continue;
    spent += size;
    const status = /^\d{3}$/.test(response.status) ? Number(response.status) : 200;
    entries.push([tool.listing.name, { status, mediaType: content.mediaType, value: canonical(content.example) }]);
  }
  return Object.fromEntries(entries);
}
