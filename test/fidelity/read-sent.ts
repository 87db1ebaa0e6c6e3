/** The value that a sent body stands for by its media type and the document's schema, read from its bytes alone. */
import { type Json, type JsonObject, fromEntries, own, ownString } from "../../src/base/json.ts";
import type { DocumentBody, DocumentContent } from "./document.ts";
import { contentOf, essenceOf, partsOf } from "./read-body.ts";
import { decodeForm, pairsOf, treeOf } from "./read-pairs.ts";
import { type RawRequest, delimiterOf } from "./read-parameters.ts";
import { type Schemas, firstAccepted, parse, propertyNames, propertyOf, typed } from "./read-typed.ts";
import { xmlTree } from "./read-xml.ts";
import type { Complaint, SchemaCheck } from "./schema-check.ts";

/** What is wrong with a sent body by the document; `undefined` where there is nothing to hold it against. */
export function bodyComplaints(
  request: RawRequest,
  body: DocumentBody | undefined,
  check: SchemaCheck,
): readonly Complaint[] | undefined {
  if (body === undefined) return undefined;
  if (request.body.length === 0)
    return body.required ? [{ place: [], keyword: "required", message: "the body is required" }] : undefined;
  const contentType = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const content = contentOf(body, contentType);
  if (content === undefined) return [{ place: [], keyword: "mediaType", message: `${contentType} is not declared` }];
  const value = sentValue(request.body, contentType, content, check);
  return value === undefined ? undefined : check.complaints(content.schema, value);
}

function sentValue(sent: Buffer, contentType: string, content: DocumentContent, check: SchemaCheck): Json | undefined {
  const essence = essenceOf(contentType);
  const schemas = content.schema === undefined ? [] : [content.schema];
  if (essence === "application/x-www-form-urlencoded")
    return fieldsValue(formFields(sent.toString()), content, schemas, check);
  if (essence.startsWith("multipart/")) return fieldsValue(partFields(sent, contentType), content, schemas, check);
  if (/[/+]json$/.test(essence)) return parse(sent.toString());
  if (/[/+]xml$/.test(essence)) {
    const tree = xmlTree(sent.toString(), content.schema, check);
    return tree === undefined ? undefined : typed(tree, schemas, check);
  }
  return essence.startsWith("text/") ? typed(sent.toString(), schemas, check) : undefined;
}

/** Named texts, in the order in which they were sent, and how a value is divided by the sign of a style. */
interface Fields {
  readonly pairs: readonly (readonly [string, string])[];
  readonly divide: (name: string, style: string) => readonly string[];
}

/** Percent-encoded pairs: what divides a value stands there before its members are decoded. */
function formFields(text: string): Fields {
  const raw = pairsOf(text);
  const valueOf = (name: string): string => raw.find(([key]) => decodeForm(key) === name)?.[1] ?? "";
  return {
    pairs: raw.map(([name, value]) => [decodeForm(name), decodeForm(value ?? "")]),
    divide: (name, style) => valueOf(name).split(delimiterOf(style)).map(decodeForm),
  };
}

/** Parts are not encoded (§4.8.15.1.2). */
function partFields(sent: Buffer, contentType: string): Fields | undefined {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const pairs = partsOf(sent, boundary).map(({ name, data }) => [name, data.toString()] as const);
  const signs = new Map([
    ["spaceDelimited", " "],
    ["pipeDelimited", "|"],
    ["tabDelimited", "\t"],
  ]);
  return {
    pairs,
    divide: (name, style) => (pairs.find(([key]) => key === name)?.[1] ?? "").split(signs.get(style) ?? ","),
  };
}

function fieldsValue(
  fields: Fields | undefined,
  content: DocumentContent,
  schemas: Schemas,
  check: SchemaCheck,
): JsonObject | undefined {
  if (fields === undefined) return undefined;
  const declared = propertyNames(schemas, check);
  const used = new Set<string>();
  const entries = declared.flatMap((name): [string, Json][] => {
    const ownSchemas = propertyOf(schemas, name, check);
    const readings = readingsOf(name, fields, content.encoding.get(name), ownSchemas, check, used);
    const [first] = readings;
    return first === undefined ? [] : [[name, firstAccepted(readings, ownSchemas, check) ?? first]];
  });
  const roots = fields.pairs.map(([name]) => (used.has(name) ? name : (name.split("[")[0] ?? "")));
  const others = [...new Set(roots)].filter((name) => !used.has(name) && !declared.includes(name));
  const additional = others.map((name): [string, Json] => [
    name,
    typed(treeOf(fields.pairs, name) ?? "", propertyOf(schemas, name, check), check),
  ]);
  return fromEntries([...entries, ...additional]);
}

/**
 * What the fields of a form may say of a property: brackets, repetition, JSON, a sign between its members, or names of
 * the members of an object that is exploded. That all is where it was given is for `read-body.ts` to say.
 */
function readingsOf(
  name: string,
  { pairs, divide }: Fields,
  encoding: JsonObject | undefined,
  schemas: Schemas,
  check: SchemaCheck,
  used: Set<string>,
): readonly Json[] {
  const tree = treeOf(pairs, name);
  if (tree === undefined) {
    const members = propertyNames(schemas, check).filter((member) => treeOf(pairs, member) !== undefined);
    if (members.length === 0 || !isExploded(encoding)) return [];
    for (const member of members) used.add(member);
    return [typed(fromEntries(members.map((member) => [member, treeOf(pairs, member) ?? ""])), schemas, check)];
  }
  used.add(name);
  const texts = pairs.filter(([key]) => key === name).map(([, value]) => value);
  const readings: Json[] = [tree, texts];
  if (encoding !== undefined) {
    const parts = divide(name, ownString(encoding, "style") ?? "");
    const names = parts.filter((_, index) => index % 2 === 0);
    readings.push(parts, fromEntries(names.map((key, index) => [key, parts[index * 2 + 1] ?? ""])));
  }
  return readings.map((reading) => typed(reading, schemas, check));
}

/** Whether the members of an object stand as fields of their own (RFC 6570 §3.2.8). */
function isExploded(encoding: JsonObject | undefined): boolean {
  return (
    encoding !== undefined && (ownString(encoding, "style") ?? "form") === "form" && own(encoding, "explode") !== false
  );
}
