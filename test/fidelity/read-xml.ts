/** Reads an XML body back into the value that it stands for, by the XML Objects of its schema (§4.8.26). */
import { SaxesParser } from "saxes";
import { type Json, fromEntries, isObject, own, ownString } from "../../src/base/json.ts";
import { type Schemas, propertyNames, propertyOf } from "./read-typed.ts";
import type { SchemaCheck } from "./schema-check.ts";

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** A tree of texts, or `undefined` where the text is not XML. */
export function xmlTree(text: string, schema: Json | undefined, check: SchemaCheck): Json | undefined {
  const root = elementOf(text);
  return root === undefined ? undefined : valueOf(root, schema === undefined ? [] : [schema], check);
}

function elementOf(text: string): Element | undefined {
  const parser = new SaxesParser();
  const open: Element[] = [];
  let root: Element | undefined;
  parser.on("opentag", ({ name, attributes }) => {
    const element: Element = {
      name: localName(name),
      attributes: new Map(Object.entries(attributes).map(([key, value]) => [localName(key), String(value)])),
      children: [],
      text: "",
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (part) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += part;
  });
  parser.on("closetag", () => void open.pop());
  try {
    parser.write(text).close();
    return root;
  } catch {
    return undefined;
  }
}

/** Prefixes are of no account here: a namespace is told by its URI. */
function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function valueOf(element: Element, schemas: Schemas, check: SchemaCheck): Json {
  const items = schemas.flatMap((schema) => own(check.resolve(schema), "items") ?? []);
  if (items.length > 0) return element.children.map((child) => valueOf(child, items, check));
  const names = propertyNames(schemas, check);
  if (names.length === 0 && element.children.length === 0) return element.text;
  const entries = names.flatMap((name): [string, Json][] => {
    const value = memberOf(element, name, propertyOf(schemas, name, check), check);
    return value === undefined ? [] : [[name, value]];
  });
  const known = new Set(names.map((name) => wireName(name, propertyOf(schemas, name, check), check)));
  const others = element.children.filter(({ name }) => !known.has(name) && names.length === 0);
  const additional = others.map((child): [string, Json] => [child.name, valueOf(child, [], check)]);
  return fromEntries([...entries, ...additional]);
}

function memberOf(element: Element, name: string, schemas: Schemas, check: SchemaCheck): Json | undefined {
  const wire = wireName(name, schemas, check);
  if (schemas.some((schema) => own(xmlOf(schema, check), "attribute") === true)) return element.attributes.get(wire);
  const items = schemas.flatMap((schema) => own(check.resolve(schema), "items") ?? []);
  const found = element.children.filter((child) => child.name === wire);
  if (items.length > 0) {
    const wrapped = schemas.some((schema) => own(xmlOf(schema, check), "wrapped") === true);
    // Without a wrapper, each item is an element with the name of the items, or of the property.
    const bare = element.children.filter((child) => child.name === wireName(name, items, check));
    const elements = wrapped ? found[0]?.children : bare.length > 0 ? bare : found;
    return elements === undefined || elements.length === 0
      ? wrapped && found.length > 0
        ? []
        : undefined
      : elements.map((child) => valueOf(child, items, check));
  }
  const [first] = found;
  return first === undefined ? undefined : valueOf(first, schemas, check);
}

function wireName(name: string, schemas: Schemas, check: SchemaCheck): string {
  return schemas.map((schema) => ownString(xmlOf(schema, check), "name")).find((found) => found !== undefined) ?? name;
}

function xmlOf(schema: Json, check: SchemaCheck): Json | undefined {
  const direct = own(schema, "xml");
  return isObject(direct) ? direct : own(check.resolve(schema), "xml");
}
