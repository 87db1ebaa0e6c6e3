/**
 * A list as OpenAI's strict mode takes it (Structured Outputs, supported schemas): each object closed, each of its
 * properties required, so that what may be left out may be null; no keywords but those that are supported. What has no
 * properties to name, or lies too deep, is JSON text. `given.ts` reads back what is written so.
 */
import { isJsonArray, isJsonObject } from "../data/json-place.js";
import type { ListedTool } from "../tools/tool-table.js";
import type { JsonObject, JsonSchema, JsonValue } from "../data/model.js";

/** What stands for a property that is left out, where the API itself takes null for something. */
export const leftOut = "(leave out)";

/** Limits of strict mode, of one tool. */
const most = { depth: 10, properties: 5_000, values: 1_000 } as const;
/** How many levels of objects are written, and how many values of one enumeration, until a tool is within them. */
const attempts = [
  { depth: most.depth, values: 500 },
  { depth: 5, values: 100 },
  { depth: 3, values: 50 },
  { depth: 1, values: 20 },
] as const;
type Reach = (typeof attempts)[number];

/** The entries of a list, each in its strict form. */
export function strictList(
  entries: readonly ListedTool[],
): readonly ListedTool[] {
  return entries.map((entry) => ({
    ...entry,
    inputSchema: strictInput({
      ...entry.inputSchema,
    }) as unknown as ListedTool["inputSchema"],
  }));
}

function strictInput(schema: JsonObject): JsonObject {
  let written: JsonObject = {};
  for (const reach of attempts) {
    written = closedObject(schema, 1, reach);
    const { properties, values } = sizeOf(written);
    if (properties <= most.properties && values <= most.values) break;
  }
  return written;
}

const scalars = ["string", "number", "boolean"] as const;
const anyScalar: readonly JsonObject[] = scalars.map((type) => ({ type }));

/** A schema at a level of objects, the root being the first. */
function strictSchema(
  schema: JsonValue | undefined,
  depth: number,
  reach: Reach,
): JsonObject {
  if (!isJsonObject(schema)) return { anyOf: anyScalar };
  const { type } = schema;
  const values = valuesOf(schema);
  if (values !== undefined) return enumerated(schema, values, reach);
  const alternatives = alternativesOf(schema);
  if (alternatives !== undefined)
    return union(
      schema,
      alternatives.map((part) => strictSchema(part, depth, reach)),
    );
  if ("$ref" in schema || "allOf" in schema) return text(schema, "value");
  switch (type) {
    case "object":
      return isWritten(schema) && depth < reach.depth
        ? { ...told(schema), ...closedObject(schema, depth + 1, reach) }
        : text(schema, "object");
    case "array":
      return {
        type,
        ...told(schema),
        items: strictSchema(schema["items"], depth, reach),
        ...kept(schema, ["minItems", "maxItems"]),
      };
    case "string":
      return { type, ...told(schema), ...textLimits(schema) };
    case "number":
    case "integer":
      return { type, ...told(schema), ...kept(schema, numberKeywords) };
    case "boolean":
    case "null":
      return { type, ...told(schema) };
    default:
      return union(schema, anyScalar);
  }
}

/** Whether an object has properties to name, or takes none. */
function isWritten(schema: JsonObject): boolean {
  const { properties, additionalProperties } = schema;
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  return names.length > 0 || additionalProperties === false;
}

function closedObject(
  schema: JsonObject,
  depth: number,
  reach: Reach,
): JsonObject {
  const properties = isJsonObject(schema["properties"])
    ? schema["properties"]
    : {};
  const required = new Set(
    isJsonArray(schema["required"]) ? schema["required"] : [],
  );
  const written = Object.entries(properties).map(
    ([name, property]): [string, JsonObject] => {
      const strict = strictSchema(property, depth, reach);
      return [name, required.has(name) ? strict : optional(strict)];
    },
  );
  return {
    type: "object",
    properties: Object.fromEntries(written),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/** A value that may be null, for one that is not given. */
function optional(written: JsonObject): JsonObject {
  const { type, enum: values, anyOf } = written;
  if (takesNull(written)) {
    const { description, ...rest } = written;
    const note = `"${leftOut}" leaves it out; null is sent as null.`;
    return {
      description: joined(description, note),
      anyOf: [
        ...(isJsonArray(anyOf) ? anyOf : [rest]),
        { type: "string", enum: [leftOut] },
      ],
    };
  }
  return isJsonArray(anyOf)
    ? { ...written, anyOf: [...anyOf, { type: "null" }] }
    : {
        ...written,
        type: [String(type), "null"],
        ...(isJsonArray(values) ? { enum: [...values, null] } : {}),
      };
}

function takesNull({ type, anyOf }: JsonObject): boolean {
  return (
    type === "null" ||
    (isJsonArray(anyOf) &&
      anyOf.some((part) => isJsonObject(part) && takesNull(part)))
  );
}

/** Alternatives, each once; JSON text beside plain text is told in words. */
function union(schema: JsonObject, written: readonly JsonObject[]): JsonObject {
  const parts = written.flatMap((part) => {
    const inner = part["anyOf"];
    return isJsonArray(inner) && !("description" in part)
      ? inner.filter(isJsonObject)
      : [part];
  });
  const isPlain = ({ type, ...rest }: JsonObject): boolean =>
    type === "string" && !("enum" in rest) && !isText(rest);
  const hasPlain = parts.some(isPlain);
  const left = parts.filter((part) => !hasPlain || !isText(part));
  const distinct = [
    ...new Map(left.map((part) => [JSON.stringify(part), part])).values(),
  ];
  const description = [
    ...(told(schema)["description"] === undefined
      ? []
      : [told(schema)["description"]]),
    ...(left.length < parts.length
      ? ["Objects are written as JSON text."]
      : []),
  ].join(" ");
  const [only, ...others] = distinct;
  if (only !== undefined && others.length === 0)
    return { ...only, ...(description === "" ? {} : { description }) };
  return { ...(description === "" ? {} : { description }), anyOf: distinct };
}

const ofText = /JSON text of (?:an object|a value)\.$/;

function isText({ description }: JsonObject): boolean {
  return typeof description === "string" && ofText.test(description);
}

/** What no strict schema says: JSON, within a string. */
function text(schema: JsonObject, kind: "object" | "value"): JsonObject {
  const note = `JSON text of ${kind === "object" ? "an object" : "a value"}.`;
  return {
    type: "string",
    description: joined(told(schema)["description"], note),
  };
}

function enumerated(
  schema: JsonObject,
  values: readonly JsonValue[],
  reach: Reach,
): JsonObject {
  const kinds = [...new Set(values.map(typeOf))];
  const isLong = values.length > reach.values;
  const parts = kinds.map((type): JsonObject => {
    const own = values.filter((value) => typeOf(value) === type);
    return type === "null" || isLong || type === "object" || type === "array"
      ? { type: type === "object" || type === "array" ? "string" : type }
      : { type, enum: own };
  });
  return union(schema, parts);
}

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  return isJsonArray(value) ? "array" : typeof value;
}

function valuesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  if ("const" in schema) return [schema["const"] ?? null];
  return isJsonArray(schema["enum"]) ? schema["enum"] : undefined;
}

/** `anyOf`, `oneOf`, or a list of types: all the same to a caller. */
function alternativesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  const { type } = schema;
  for (const parts of [schema["anyOf"], schema["oneOf"]])
    if (isJsonArray(parts)) return parts;
  if (!isJsonArray(type)) return undefined;
  const rest = Object.fromEntries(
    Object.entries(schema).filter(
      ([keyword]) => keyword !== "description" && keyword !== "default",
    ),
  );
  return type.map((one) => ({ ...rest, type: one }));
}

const numberKeywords = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
] as const;
const formats = new Set(
  "date-time time date duration email hostname ipv4 ipv6 uuid".split(" "),
);

function textLimits({ format, pattern }: JsonObject): JsonObject {
  return {
    ...(typeof format === "string" && formats.has(format) ? { format } : {}),
    // Groups that look around are none of the expressions that are supported.
    ...(typeof pattern === "string" && !pattern.includes("(?")
      ? { pattern }
      : {}),
  };
}

function kept(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(
    keywords.flatMap((keyword) => {
      const value = schema[keyword];
      return typeof value === "number" ? [[keyword, value]] : [];
    }),
  );
}

/** The description, with what no keyword says any more. */
function told(schema: JsonObject): JsonObject {
  const { description, format, minLength, maxLength } = schema;
  const preset = schema["default"];
  const notes = [
    ...(preset === undefined ? [] : [`Default: ${JSON.stringify(preset)}.`]),
    ...(typeof format === "string" && !formats.has(format)
      ? [`Format: ${format}.`]
      : []),
    ...(minLength === 1 ? ["Not empty."] : []),
    ...(typeof maxLength === "number" && maxLength < 200
      ? [`At most ${maxLength} characters.`]
      : []),
  ].filter((note) => !String(description ?? "").includes(note));
  const whole = notes.reduce<JsonValue | undefined>(joined, description);
  return whole === undefined ? {} : { description: whole };
}

function joined(before: JsonValue | undefined, note: string): string {
  return typeof before === "string" && before !== ""
    ? `${before} ${note}`
    : note;
}

/** Properties and values of enumerations, at all levels. */
function sizeOf(schema: JsonSchema): {
  readonly properties: number;
  readonly values: number;
} {
  let [properties, values] = [0, 0];
  const visit = (node: JsonValue | undefined): void => {
    if (!isJsonObject(node)) return;
    if (isJsonArray(node["enum"])) values += node["enum"].length;
    const below = isJsonObject(node["properties"]) ? node["properties"] : {};
    properties += Object.keys(below).length;
    for (const part of Object.values(below)) visit(part);
    visit(node["items"]);
    if (isJsonArray(node["anyOf"]))
      for (const part of node["anyOf"]) visit(part);
  };
  visit(schema);
  return { properties, values };
}
