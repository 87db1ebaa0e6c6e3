/** What an argument in a path cannot be, where its own schema invites it. */
import type { Parameter } from "../../api/model.ts";
import { fitting, patternOf, stepsFor } from "../../base/pattern.ts";
import type { SchemaNode } from "../../base/schema/node.ts";

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
export function segmentNote(parameter: Parameter, template: string): string | undefined {
  if (parameter.in !== "path" || parameter.style !== "simple" || parameter.mediaType !== undefined) return undefined;
  const { whole } = parameter.schema;
  const texts = [whole, ...(whole.items === undefined ? [] : [whole.items.whole])].filter(
    ({ patterns, values }) => patterns.length > 0 && values === undefined,
  );
  if (texts.length === 0 || !template.split("/").includes(`{${parameter.name}}`)) return undefined;
  if (texts.some((each) => dots.some((text) => takes(each, text)))) return noDots;
  return texts.some((each) => each.patterns.map(dotted).some((text) => takes(each, text))) ? noDotsBetween : undefined;
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

/** Whether the patterns and lengths of a schema allow a text. */
function takes(schema: SchemaNode, text: string): boolean {
  if (text.split("/").every((segment) => !dots.includes(segment))) return false;
  const [least = 0, most = Number.POSITIVE_INFINITY] = [schema.bound("minLength"), schema.bound("maxLength")];
  if (least > text.length || most < text.length) return false;
  return schema.patterns.every((source) => {
    const pattern = patternOf(source);
    return pattern === undefined || fitting(pattern, stepsFor(source, [text]))(text);
  });
}
