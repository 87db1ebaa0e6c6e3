/** Payloads that are written as a text of JSON with expressions in it. */
import type { Json } from "../../base/json.ts";
import { isExpression } from "../../../templates/always/src/runtime/workflows/expression.ts";

/**
 * The value of a text of JSON. An expression between values, as in `{"id": {$inputs.id}}`, becomes a text that is that
 * expression: no value that it has later can become JSON of another meaning. `undefined` where the text is none.
 */
export function jsonPayload(text: string): Json | undefined {
  if (isExpression(text)) return text;
  let json = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const end = !isQuoted && text.startsWith("{$", at) ? text.indexOf("}", at) : -1;
    if (end >= 0) {
      json += JSON.stringify(text.slice(at + 1, end));
      at = end;
      continue;
    }
    if (isQuoted && text[at] === "\\") {
      json += text.slice(at, at + 2);
      at += 1;
      continue;
    }
    if (text[at] === '"') isQuoted = !isQuoted;
    json += text[at] ?? "";
  }
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

/**
 * The fields of a text such as `client_id={$inputs.id}&scope=read` (`application/x-www-form-urlencoded`), before
 * expressions are filled in: no value that one has later becomes a field of its own. A field that stands several times
 * is a list.
 */
export function formPayload(text: string): Json {
  if (isExpression(text)) return text;
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) fields.set(name, [...(fields.get(name) ?? []), value]);
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}
