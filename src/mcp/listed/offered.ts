/** What is offered to a caller: narrower than what the server takes, where a request could not carry it all. */
import type { Parameter } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { mapParts } from "../../base/schema/map-parts.ts";
import type { SchemaNode, Union } from "../../base/schema/node.ts";
import { withoutNullType } from "./sendable.ts";

/** Where an argument goes: a parameter, JSON or XML, a form, or the bytes of the body themselves. */
export type ArgumentPlace = Parameter["in"] | "body" | "form" | "raw";

/** Which argument is offered. */
export interface Offered {
  readonly schema: SchemaNode;
  readonly required: boolean;
  readonly place: ArgumentPlace;
}

const scalars = new Set(["string", "number", "integer", "boolean", "null"]);

/**
 * The schema of an argument as the portable profile starts from it. A parameter is never null, and text where nothing
 * says what it is, or where text is one of the kinds that it may be: all of them are the same in a request.
 */
export function offeredSchema({ schema, place }: Offered): SchemaNode {
  if (place === "body" || place === "form" || place === "raw" || schema.isBoolean) return schema;
  const { whole } = schema;
  const { union, types } = whole;
  if (union !== undefined) return textAmong(whole, union) ?? schema;
  return types.length === 0 ? whole.with({ type: "string" }) : (withoutNullType(whole, types) ?? schema);
}

/** The alternative that takes any text, where the others are numbers and the like. */
function textAmong(schema: SchemaNode, { alternatives }: Union): SchemaNode | undefined {
  const each = alternatives.map(({ whole }) => whole);
  const areScalars = each.every(({ types }) => types.length > 0 && types.every((type) => scalars.has(type)));
  const text = each.find(
    (entry) => entry.types.join() === "string" && entry.values === undefined && !entry.says("pattern", "format"),
  );
  const hasValues = each.some(({ values }) => values !== undefined);
  if (!areScalars || text === undefined || hasValues || schema.types.length > 0) return undefined;
  return text.with(defined({ description: schema.description ?? text.description }));
}

/**
 * The listed schema of an argument without what would leave nothing behind in a request although it is required: an
 * empty text in a query or as a body, an empty list in a form (RFC 6570 §2.3; URL Standard §5.2).
 */
export function leavingSomething(listed: SchemaNode, { required, place }: Omit<Offered, "schema">): SchemaNode {
  switch (place) {
    case "header":
      return required ? withoutEmptyText(withoutEmptyItems(listed)) : withoutEmptyItems(listed);
    case "query":
    case "cookie":
    case "raw":
      return required ? withoutEmptyText(listed) : listed;
    case "form":
      return withoutEmptyLists(listed, required);
    case "path":
      return withoutEmptyItems(listed);
    case "querystring":
    case "body":
      return listed;
    default:
      return place satisfies never;
  }
}

/** A list of one empty text is an empty segment or field. */
function withoutEmptyItems(listed: SchemaNode): SchemaNode {
  return mapParts(listed, (part, keyword) => {
    if (keyword === "items") return withoutEmptyText(part);
    return keyword === "anyOf" && listed.items === undefined ? withoutEmptyItems(part) : part;
  });
}

function withoutEmptyText(listed: SchemaNode): SchemaNode {
  if (listed.anyOf !== undefined)
    return mapParts(listed, (part, keyword) => (keyword === "anyOf" ? withoutEmptyText(part) : part));
  const [type] = listed.namedTypes;
  if (type === "object")
    return mapParts(listed, (part, _keyword, name) =>
      name === "data" && !part.says("minLength") ? part.with({ minLength: 1 }) : part,
    );
  return type === "string" && !listed.says("enum", "format", "minLength") ? listed.with({ minLength: 1 }) : listed;
}

function withoutEmptyLists(listed: SchemaNode, required: boolean): SchemaNode {
  const { required: names, namedTypes } = listed;
  const isList = namedTypes.includes("array") && !listed.says("minItems");
  const isOpenObject = listed.hasProperties && names.length === 0 && !listed.says("minProperties");
  const filled = !required
    ? listed
    : listed.with({ ...(isList ? { minItems: 1 } : {}), ...(isOpenObject ? { minProperties: 1 } : {}) });
  return mapParts(filled, (part, keyword, name) =>
    withoutEmptyLists(part, keyword === "anyOf" ? required : name === undefined || names.includes(name)),
  );
}
