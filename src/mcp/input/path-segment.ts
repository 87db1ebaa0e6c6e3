/** What an argument in a path cannot be, where its own schema invites it. */
import type { Parameter, Schema } from "../../api/model.ts";
import { type JsonObject, isObject, own } from "../../base/json.ts";
import { fitting, patternOf, stepsFor } from "../../base/pattern.ts";
import { mergeAllOf, patternsOf } from "../listed/merge.ts";
import { enumOf } from "../listed/schema-facts.ts";

/** Segments that lead elsewhere (RFC 3986 §5.2.4): no request carries them as they are. */
const dots = [".", ".."];

/** What is said of dots behind a pattern that takes them. */
export const noDots = "Not “.” or “..”.";
const noDotsBetween = "No part between slashes may be “.” or “..”.";

/**
 * A sentence on segments of dots, where the pattern of a parameter takes them; where nothing says what its texts look
 * like nobody thinks of them.
 *
 * @param template path of the operation: only what is a whole segment can be one of dots
 */
export function segmentNote(
  parameter: Parameter,
  template: string,
  definitions: ReadonlyMap<string, Schema>,
): string | undefined {
  if (parameter.in !== "path" || parameter.style !== "simple" || parameter.mediaType !== undefined) return undefined;
  if (!template.split("/").includes(`{${parameter.name}}`)) return undefined;
  const schema = merged(parameter.schema, definitions);
  const items = merged(own(schema, "items") ?? {}, definitions);
  const texts = [schema, items].filter((each) => patternsOf(each).length > 0 && enumOf(each) === undefined);
  if (texts.some((each) => dots.some((text) => takes(each, text)))) return noDots;
  return texts.some((each) =>
    patternsOf(each)
      .map(dotted)
      .some((text) => takes(each, text)),
  )
    ? noDotsBetween
    : undefined;
}

/** A text that a pattern of several segments may take: a dot for whatever may be one. */
function dotted(pattern: string): string {
  return pattern
    .replace(/^\^|\$$/g, "")
    .replace(/(\[(?:\\.|[^\]\\])*\]|\.|\\[wWsSdD])(?:[+*]|\{\d+(?:,\d*)?\})?/g, (_, kind: string) =>
      kind === "\\w" ? "a" : kind === "\\d" ? "1" : ".",
    )
    .replace(/\\(.)|[()]/g, "$1");
}

function merged(schema: unknown, definitions: ReadonlyMap<string, Schema>): JsonObject {
  return isObject(schema) ? mergeAllOf(schema, definitions) : {};
}

/** Whether the patterns and lengths of a schema allow a text. */
function takes(schema: JsonObject, text: string): boolean {
  if (text.split("/").every((segment) => !dots.includes(segment))) return false;
  const [least, most] = [own(schema, "minLength"), own(schema, "maxLength")];
  if ((typeof least === "number" && least > text.length) || (typeof most === "number" && most < text.length))
    return false;
  return patternsOf(schema).every((source) => {
    const pattern = patternOf(source);
    return pattern === undefined || fitting(pattern, stepsFor(source, [text]))(text);
  });
}
