/** Fields of a document that are not of their type: each is told, since what cannot be read is left out. */
import type { Report } from "../base/diagnostics.ts";
import { isArray, isObject, own, pointerTo, pointerTokens, type Json, type JsonObject } from "../base/json.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";

/** What a field has to be; a function where the form holds itself. */
type Form =
  | "text"
  | "boolean"
  | "object"
  | "list"
  | { readonly listOf: Form }
  | { readonly mapOf: Form }
  | {
      readonly fields: Readonly<Record<string, Form>>;
      /** What stands in the object although its place is elsewhere, as a sentence; `undefined` where nothing does. */
      readonly misplaced?: Misplaced;
    };

type Misplaced = (value: JsonObject) => { readonly key: string; readonly says: string } | undefined;

/** Keywords that describe a value. */
const describing = "type format items properties enum allOf anyOf oneOf pattern".split(" ");

/** What describes the values of a media type, where its `schema` would hold that. */
function typeBesideSchema(value: JsonObject): ReturnType<Misplaced> {
  if (own(value, "schema") !== undefined || own(value, "itemSchema") !== undefined) return undefined;
  const key = describing.find((keyword) => own(value, keyword) !== undefined);
  return key === undefined ? undefined : { key, says: `"${key}" of a media type belongs into its "schema"` };
}

/** `schema` of a body or an answer, as Swagger 2.0 has it. */
function besideContent(what: string): Misplaced {
  return (value) =>
    own(value, "schema") === undefined || own(value, "content") !== undefined
      ? undefined
      : { key: "schema", says: `"schema" of ${what} belongs into its "content", under a media type` };
}

// Parameters, schemas, servers, security schemes and request bodies themselves are looked at where they are read.
const content: Form = {
  mapOf: {
    fields: { examples: "object", encoding: "object" },
    misplaced: typeBesideSchema,
  },
};
const described = { description: "text" } as const;
const response: Form = {
  fields: { ...described, headers: "object", content, links: "object" },
  misplaced: besideContent("a response"),
};
const requestBody: Form = {
  fields: { ...described, content, required: "boolean" },
  misplaced: besideContent("a request body"),
};
const parameter: Form = {
  fields: {
    ...described,
    required: "boolean",
    deprecated: "boolean",
    allowEmptyValue: "boolean",
    allowReserved: "boolean",
    explode: "boolean",
    content,
  },
};
const requirements: Form = { listOf: "object" };
const operation: Form = {
  fields: {
    ...described,
    summary: "text",
    operationId: "text",
    tags: { listOf: "text" },
    externalDocs: "object",
    requestBody,
    parameters: { listOf: parameter },
    responses: { mapOf: response },
    callbacks: "object",
    deprecated: "boolean",
    security: requirements,
  },
};
const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
const pathItem: Form = {
  fields: {
    ...described,
    summary: "text",
    parameters: { listOf: parameter },
    additionalOperations: { mapOf: operation },
    ...Object.fromEntries(methods.map((method) => [method, operation])),
  },
};
const document: Form = {
  fields: {
    info: { fields: { ...described, title: "text", version: "text", summary: "text" } },
    paths: { mapOf: pathItem },
    webhooks: "object",
    tags: { listOf: { fields: { ...described, name: "text", summary: "text" } } },
    security: requirements,
    externalDocs: "object",
    components: {
      fields: {
        schemas: "object",
        responses: { mapOf: response },
        parameters: { mapOf: parameter },
        requestBodies: { mapOf: requestBody },
        examples: "object",
        headers: "object",
        securitySchemes: "object",
        links: "object",
        callbacks: "object",
        pathItems: { mapOf: pathItem },
        mediaTypes: content,
      },
    },
  },
};

/** Values that a later stage says more about. */
const toldLater = new RegExp(
  `^/paths/[^/]+(?:/(?:${methods.join("|")}|parameters(?:/\\d+)?)(?:/(?:requestBody|parameters(?:/\\d+)?))?)?$`,
);

/** Reports the fields of a document that are not of their type, and keys of paths that are nearly methods. */
export function reportFieldTypes(root: JsonObject, report: Report): void {
  check(root, document, "", report);
  const paths = root["paths"];
  if (isObject(paths))
    for (const path of Object.keys(paths)) reportPath(path, paths[path], pointerTo("/paths", path), report);
}

function check(value: Json | undefined, form: Form, pointer: string, report: Report): void {
  // What is null says nothing, and a reference stands for what is looked at in its own place.
  if (value === undefined || value === null) return;
  const need = needOf(form);
  if (kindOf(value) !== need) {
    if (!toldLater.test(pointer))
      report({
        code: "invalid-document",
        pointer,
        message: `${subjectOf(pointer)} has to be ${withArticle(need)}, not ${withArticle(kindOf(value))}`,
      });
    return;
  }
  if (typeof form === "string" || (isObject(value) && typeof value["$ref"] === "string")) return;
  if ("listOf" in form) {
    if (isArray(value)) value.forEach((item, index) => checkMember(item, form.listOf, pointer, index, report));
  } else if (isObject(value)) {
    const misplaced = "mapOf" in form ? undefined : form.misplaced?.(value);
    if (misplaced !== undefined)
      report({ code: "invalid-document", pointer: pointerTo(pointer, misplaced.key), message: misplaced.says });
    const keys = "mapOf" in form ? Object.keys(value) : Object.keys(form.fields);
    for (const key of keys) {
      if (!Object.hasOwn(value, key) || key.startsWith("x-")) continue;
      const inner = "mapOf" in form ? form.mapOf : form.fields[key];
      if (inner !== undefined) checkMember(value[key], inner, pointer, key, report);
    }
  }
}

/** Most members are what they have to be, so that nobody asks where they stand. */
function checkMember(value: Json | undefined, form: Form, parent: string, key: string | number, report: Report): void {
  if (typeof form === "string" && (value === undefined || value === null || kindOf(value) === form)) return;
  check(value, form, pointerTo(parent, key), report);
}

function subjectOf(pointer: string): string {
  const tokens = pointerTokens(pointer);
  const last = tokens.at(-1) ?? "";
  return /^\d$/.test(last) ? `An item of "${visible(tokens.at(-2) ?? "")}"` : `"${visible(last)}"`;
}

function needOf(form: Form): string {
  if (typeof form === "string") return form;
  return "listOf" in form ? "list" : "object";
}

function kindOf(value: Json): string {
  if (isArray(value)) return "list";
  const type = typeof value;
  return type === "string" ? "text" : type;
}

function withArticle(kind: string): string {
  return kind === "text" ? kind : kind === "object" ? `an ${kind}` : `a ${kind}`;
}

function reportPath(path: string, value: Json | undefined, pointer: string, report: Report): void {
  if (path.startsWith("x-") || !isObject(value)) return;
  if (/[{}]/.test(path.replace(/\{[^{}]+\}/g, "")))
    report({
      code: "invalid-document",
      pointer,
      message: `The path ${visible(path)} has a brace without a name or without its pair; it is sent as it stands`,
    });
  for (const key of Object.keys(value)) {
    if (methods.includes(key) || key.startsWith("x-") || key.startsWith("$") || !isObject(value[key])) continue;
    if (["servers", "parameters", "additionalOperations", "summary", "description"].includes(key)) continue;
    const meant = nearestName(key, methods);
    report({
      code: meant === undefined ? "invalid-document" : "invalid-operation",
      pointer: pointerTo(pointer, key),
      message: `"${visible(key)}" of ${visible(path)} is no method${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
    });
  }
}
