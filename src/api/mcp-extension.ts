/** The extension `x-mcp`, in which the author of a document says what becomes of operations as tools. */
import type { Report } from "../base/diagnostics.ts";
import { type Json, isArray, isObject, own, pointerTo } from "../base/json.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import type { McpExtension } from "./model.ts";

/** Where an extension stands: at an operation it holds for that one, at a path and at the root for all below. */
export type McpLevel = "root" | "path" | "operation";

const texts = ["name", "title", "description"] as const;
/** What would make no sense for more than one operation is for operations only. */
const known: Readonly<Record<McpLevel, readonly string[]>> = {
  root: ["enabled", "listed", "hints", "scopes"],
  path: ["enabled", "listed", "hints", "scopes"],
  operation: ["enabled", "listed", "hints", "scopes", ...texts],
};

/** Hints as MCP spells them, too. */
const hints = new Map(
  (["readOnly", "destructive", "idempotent", "openWorld"] as const).flatMap((name) => [
    [name, name],
    [`${name}Hint`, name],
  ]),
);

/** Reads one extension; what is malformed is reported and left out. `undefined` where there is none. */
export function readMcpExtension(
  value: Json | undefined,
  pointer: string,
  level: McpLevel,
  report: Report,
): McpExtension | undefined {
  if (value === undefined) return undefined;
  const wrong = (at: string, message: string): void =>
    report({ code: "invalid-extension", pointer: at, message: `"x-mcp" ${message}` });
  if (!isObject(value)) {
    wrong(pointer, "needs an object");
    return undefined;
  }
  const fields: { -readonly [key in keyof McpExtension]: McpExtension[key] } = {};
  for (const key of Object.keys(value)) {
    const member = own(value, key);
    const at = pointerTo(pointer, key);
    if (!known[level].includes(key)) {
      const elsewhere = known.operation.includes(key) ? "says this at operations only" : "has no such field";
      const near = nearestName(key, known[level]);
      wrong(at, `${elsewhere}: "${visible(key)}"${near === undefined ? "" : `; did you mean "${near}"?`}`);
    } else if (key === "enabled" || key === "listed") {
      if (typeof member === "boolean") fields[key] = member;
      else wrong(at, `needs true or false for "${key}"`);
    } else if (key === "hints") {
      const found = hintsOf(member, at, wrong);
      if (found !== undefined) fields.hints = found;
    } else if (key === "scopes") {
      if (isArray(member) && member.every((scope) => typeof scope === "string")) fields.scopes = member.map(String);
      else wrong(at, 'needs a list of text for "scopes"');
    } else if (typeof member === "string" && member.trim() !== "") {
      const name = texts.find((candidate) => candidate === key);
      if (name !== undefined) fields[name] = member.trim();
    } else wrong(at, `needs text for "${key}"`);
  }
  return fields;
}

function hintsOf(
  value: Json | undefined,
  pointer: string,
  wrong: (at: string, message: string) => void,
): McpExtension["hints"] {
  if (!isObject(value)) {
    wrong(pointer, 'needs an object for "hints"');
    return undefined;
  }
  const found: Record<string, boolean> = {};
  for (const key of Object.keys(value)) {
    const name = hints.get(key);
    const hint = own(value, key);
    if (name === undefined) wrong(pointerTo(pointer, key), `has no such hint: "${visible(key)}"`);
    else if (typeof hint !== "boolean") wrong(pointerTo(pointer, key), `needs true or false for the hint "${key}"`);
    else found[name] = hint;
  }
  return found;
}

/** What holds of an operation: what stands nearest to it, hint by hint. */
export function mergeMcpExtensions(outerFirst: readonly (McpExtension | undefined)[]): McpExtension | undefined {
  const present = outerFirst.filter((extension) => extension !== undefined);
  if (present.length === 0) return undefined;
  const hints = present.flatMap((extension) => extension.hints ?? []);
  return Object.assign(
    {},
    ...present,
    hints.length === 0 ? {} : { hints: Object.assign({}, ...hints) as object },
  ) as McpExtension;
}
