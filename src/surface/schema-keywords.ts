/** What differs between two schemas in the keywords that hold no further schema: types, values, bounds and marks. */
import { defined } from "../base/defined.ts";
import { type Json, canonical, isSame } from "../base/json.ts";
import type { Bound, SchemaNode } from "../base/schema/node.ts";
import { visible } from "../base/visible.ts";

/** `narrowed` takes less, `widened` takes more, `changed` takes something else; the others take the same. */
export type Effect = "narrowed" | "widened" | "changed" | "default" | "described";

export interface SchemaDifference {
  readonly effect: Effect;
  /** Where, below the schema: `.status`, `[]`, empty for the schema itself. */
  readonly at: string;
  /** What is different, as the end of a sentence: `takes no "sold" any more`. */
  readonly text: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** A JSON value as a message shows it: short, and safe on a terminal. */
export function shown(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return visible(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

/** Whether two values are the same, whatever the order of keys. */
export function isEqual(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return isSame(one, other) || isSame(canonical(one), canonical(other));
}

/** The `type` keyword (§6.1.1), without `integer` where `number` is there. */
export function compareTypes(old: SchemaNode, fresh: SchemaNode, at: string): readonly SchemaDifference[] {
  const before = typesOf(old);
  const after = typesOf(fresh);
  const sides = { before: old.keyword("type") ?? null, after: fresh.keyword("type") ?? null };
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ effect: "narrowed", at, text: `takes only ${list(after)}`, ...sides }];
  if (after === undefined)
    return [{ effect: "widened", at, text: `takes any value, not only ${list(before)}`, ...sides }];
  const lostItems = before.filter((type) => !covers(after, type));
  const won = after.filter((type) => !covers(before, type));
  if (lostItems.length === 0 && won.length === 0) return [];
  const isOther =
    lostItems.length === before.length && won.some((type) => !lostItems.some((former) => covers([former], type)));
  if (isOther) return [{ effect: "changed", at, text: `takes ${list(after)} instead of ${list(before)}`, ...sides }];
  if (lostItems.length > 0 && won.every((type) => covers(before, type)))
    return [{ effect: "narrowed", at, text: `takes ${list(after)} instead of ${list(before)}`, ...sides }];
  return [
    ...(lostItems.length === 0
      ? []
      : [{ effect: "narrowed", at, text: `takes no ${list(lostItems)} any more`, ...sides } as const]),
    ...(won.length === 0 ? [] : [{ effect: "widened", at, text: `takes ${list(won)} too`, ...sides } as const]),
  ];
}

/** The types that it names; `undefined` where it names none, and takes any. */
function typesOf(schema: SchemaNode): readonly string[] | undefined {
  return schema.says("type") ? schema.namedTypes : undefined;
}

function covers(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

function list(types: readonly string[] | undefined): string {
  return visible((types ?? []).join(" or ")) || "nothing";
}

/** `enum` and `const` (§6.1.2, §6.1.3). */
export function compareValues(old: SchemaNode, fresh: SchemaNode, at: string): readonly SchemaDifference[] {
  const before = valuesOf(old);
  const after = valuesOf(fresh);
  if (before === undefined && after === undefined) return [];
  if (before === undefined)
    return [{ effect: "narrowed", at, text: `takes only ${someOf(after ?? [])}`, after: after ?? [] }];
  if (after === undefined)
    return [{ effect: "widened", at, text: "takes other values than those listed before", before }];
  const texts = (values: readonly Json[]): ReadonlySet<string> =>
    new Set(values.map((value) => JSON.stringify(canonical(value))));
  const [former, present] = [texts(before), texts(after)];
  const lostItems = before.filter((value) => !present.has(JSON.stringify(canonical(value))));
  const won = after.filter((value) => !former.has(JSON.stringify(canonical(value))));
  return [
    ...(lostItems.length === 0
      ? []
      : [{ effect: "narrowed", at, text: `takes no ${someOf(lostItems)} any more`, before, after } as const]),
    ...(won.length === 0 ? [] : [{ effect: "widened", at, text: `takes ${someOf(won)} too`, before, after } as const]),
  ];
}

/** The only values that it takes, were it none. */
function valuesOf(schema: SchemaNode): readonly Json[] | undefined {
  return schema.const === undefined ? schema.enum : [schema.const];
}

export function someOf(values: readonly Json[]): string {
  const texts = values.slice(0, 5).map(shown);
  return `${texts.join(", ")}${values.length > 5 ? ` and ${values.length - 5} more` : ""}`;
}

/** Bounds (§6.2 to §6.5): by keyword, which way is narrower, and what stands for none. */
export const bounds: readonly (readonly [keyword: Bound, narrower: "greater" | "less"])[] = [
  ["minimum", "greater"],
  ["exclusiveMinimum", "greater"],
  ["maximum", "less"],
  ["exclusiveMaximum", "less"],
  ["minLength", "greater"],
  ["maxLength", "less"],
  ["minItems", "greater"],
  ["maxItems", "less"],
  ["minProperties", "greater"],
  ["maxProperties", "less"],
];

export function compareBounds(old: SchemaNode, fresh: SchemaNode, at: string): readonly SchemaDifference[] {
  return bounds.flatMap(([keyword, narrower]) => {
    const none = narrower === "greater" ? -Infinity : Infinity;
    const [before, after] = [old.bound(keyword), fresh.bound(keyword)];
    const [from, to] = [before ?? none, after ?? none];
    if (from === to) return [];
    const effect: Effect = to > from === (narrower === "greater") ? "narrowed" : "widened";
    return [{ effect, at, text: stepText(keyword, before, after), ...sidesOf(before, after) }];
  });
}

export function stepText(keyword: string, before: Json | undefined, after: Json | undefined): string {
  if (before === undefined) return `has ${keyword} ${shown(after)} now`;
  if (after === undefined) return `has no ${keyword} any more (it was ${shown(before)})`;
  return `has ${keyword} ${shown(after)} instead of ${shown(before)}`;
}

export function sidesOf(
  before: Json | undefined,
  after: Json | undefined,
): Partial<Pick<SchemaDifference, "before" | "after">> {
  return { ...defined({ before, after }) };
}

/** Formats that say how a number is stored or a text shown, and refuse nothing. */
const silentFormats = new Set(["float", "double", "password", "binary", "byte"]);

/** Keywords that hold or do not hold: without them more is taken, with another value something else. */
export function compareMarks(old: SchemaNode, fresh: SchemaNode, at: string): readonly SchemaDifference[] {
  return ["pattern", "format", "multipleOf", "uniqueItems"].flatMap((keyword): readonly SchemaDifference[] => {
    const [before, after] = [old.keyword(keyword), fresh.keyword(keyword)].map((value) =>
      value === false ? undefined : value,
    );
    if (isEqual(before, after)) return [];
    const text = stepText(keyword, before, after);
    const sides = sidesOf(before, after);
    if (
      keyword === "format" &&
      [before, after].every((value) => value === undefined || silentFormats.has(String(value)))
    )
      return [{ effect: "described", at, text, ...sides }];
    if (before === undefined) return [{ effect: "narrowed", at, text, ...sides }];
    if (after === undefined) return [{ effect: "widened", at, text, ...sides }];
    if (typeof before === "number" && typeof after === "number" && before > 0 && after > 0) {
      if (after % before === 0) return [{ effect: "narrowed", at, text, ...sides }];
      if (before % after === 0) return [{ effect: "widened", at, text, ...sides }];
    }
    return [{ effect: "changed", at, text, ...sides }];
  });
}
