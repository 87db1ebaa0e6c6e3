/**
 * XML Objects (§4.8.26). They say how a value is written rather than what it may be, so they are kept apart from the
 * schemas, as a tree of their own that mentions only what deviates from the standard's defaults.
 */
import { defined } from "../base/defined.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString, valueAt } from "../base/json.ts";
import type { XmlNode, XmlPlan, XmlStructure } from "../../templates/always/src/runtime/data/model-parts.ts";
import { propertyOrder } from "./property-order.ts";
import { decodeFragment } from "./reference.ts";

/** How many schemas may lead from one to the next by reference or composition before they count as a circle. */
const maximumNesting = 50;

/** A name with an optional prefix (Namespaces in XML 1.0 §4); others cannot be written and are ignored. */
const qualifiedName = /^[\p{L}_][\p{L}\p{N}\p{M}_.-]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.-]*)?$/u;

type XmlNodeType = NonNullable<XmlNode["nodeType"]>;

const nodeTypes: readonly XmlNodeType[] = ["element", "attribute", "text", "cdata", "none"];

type Head = Pick<XmlNode, "nodeType" | "name" | "namespace" | "prefix">;

/** Reads the XML Objects of one document's schemas. */
export class XmlBuilder {
  readonly #root: JsonObject;
  readonly #structures = new Map<string, { readonly key: string; structure: XmlStructure }>();
  readonly #keys = new Set<string>();
  readonly #bearing = new Map<string, boolean>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /**
   * How values of a schema become XML documents. `undefined` where nothing names the root element: a schema that
   * stands by itself has to (§4.8.26.3).
   */
  build(schema: Json | undefined): XmlPlan | undefined {
    const head = this.#head(schema);
    const name = this.#stated(schema)?.name ?? this.#componentName(schema);
    if (name === undefined) return undefined;
    const root: XmlNode = { ...this.#node(schema), ...head, nodeType: "element", name };
    const structures = this.#structuresOf(root);
    return { root, ...(Object.keys(structures).length === 0 ? {} : { structures }) };
  }

  #node(schema: Json | undefined): XmlNode {
    if (!isObject(schema)) return {};
    const head = this.#head(schema);
    const reference = referenceOf(schema);
    if (reference === undefined) return { ...head, ...this.#structure(schema) };
    const same = this.#shared(reference);
    return { ...head, ...defined({ same }) };
  }

  /** Key of the structure that a reference leads to; `undefined` where nothing in it deviates. */
  #shared(pointer: string): string | undefined {
    if (!this.#bearsXml(pointer)) return undefined;
    const known = this.#structures.get(pointer);
    if (known !== undefined) return known.key;
    const wish = pointer.slice(pointer.lastIndexOf("/") + 1);
    let key = wish;
    for (let number = 2; this.#keys.has(key); number++) key = `${wish} ${number}`;
    this.#keys.add(key);
    // Noted before it is built: a schema may hold itself.
    const entry = { key, structure: {} as XmlStructure };
    this.#structures.set(pointer, entry);
    entry.structure = this.#structure(valueAt(this.#root, pointer));
    return key;
  }

  #structure(schema: Json | undefined): XmlStructure {
    const parts = this.#parts(schema);
    const properties = new Map<string, XmlNode>();
    for (const part of parts) {
      const given = own(part, "properties");
      for (const name of isObject(given) ? Object.keys(given) : []) {
        if (properties.has(name)) continue;
        const node = this.#node(own(given, name));
        if (Object.keys(node).length > 0) properties.set(name, node);
      }
    }
    const first = (keyword: string): Json | undefined =>
      parts.map((part) => own(part, keyword)).find((value) => value !== undefined);
    const additional = this.#node(first("additionalProperties"));
    const items = this.#node(first("items"));
    const prefix = first("prefixItems");
    const order = propertyOrder(this.#root, schema);
    return {
      ...(order.length < 2 ? {} : { order }),
      ...(properties.size === 0 ? {} : { properties: Object.fromEntries([...properties].sort(byName)) }),
      ...(Object.keys(additional).length === 0 ? {} : { additional }),
      ...(Object.keys(items).length === 0 ? {} : { items }),
      ...(isArray(prefix) ? { prefixItems: prefix.map((item) => this.#node(item)) } : {}),
    };
  }

  /** What the nearest XML Object says that applies to a schema as a whole. */
  #head(schema: Json | undefined): Head {
    const stated = this.#stated(schema);
    if (stated === undefined) return {};
    const { nodeType, ...named } = stated;
    const isNamed =
      nodeType === undefined ? !this.#isArray(schema) : nodeType === "element" || nodeType === "attribute";
    return { ...defined({ nodeType }), ...(isNamed ? named : {}) };
  }

  /**
   * The XML Object of a schema, else that of the one schema that it stands for. A name at a reference replaces that of
   * the schema behind it: documents before 3.2 mean it so.
   */
  #stated(schema: Json | undefined, nesting = 0): Head | undefined {
    if (!isObject(schema) || nesting > maximumNesting) return undefined;
    const xml = own(schema, "xml");
    const behind = this.#stated(this.#soleSchema(schema), nesting + 1);
    if (!isObject(xml)) return behind;
    const name = ownString(xml, "name");
    const namespace = ownString(xml, "namespace");
    const prefix = ownString(xml, "prefix");
    const nodeType = this.#nodeType(xml, schema);
    return {
      ...behind,
      ...defined({ nodeType }),
      ...(name !== undefined && qualifiedName.test(name) ? { name } : {}),
      ...(namespace === undefined || namespace === "" ? {} : { namespace }),
      ...(prefix !== undefined && qualifiedName.test(prefix) && !prefix.includes(":") ? { prefix } : {}),
    };
  }

  /** `attribute` and `wrapped` are what `nodeType` was before 3.2. */
  #nodeType(xml: JsonObject, schema: JsonObject): XmlNodeType | undefined {
    const given = nodeTypes.find((type) => type === own(xml, "nodeType"));
    if (given !== undefined) return given;
    if (own(xml, "attribute") === true) return "attribute";
    return own(xml, "wrapped") === true && this.#isArray(schema) ? "element" : undefined;
  }

  #isArray(schema: Json | undefined): boolean {
    return this.#parts(schema).some((part) => {
      const type = own(part, "type");
      return type === "array" || (isArray(type) && type.includes("array")) || isObject(own(part, "items"));
    });
  }

  /** The schema that one refers to, or whose only part it is, null aside. */
  #soleSchema(schema: JsonObject): Json | undefined {
    const reference = referenceOf(schema);
    if (reference !== undefined) return valueAt(this.#root, reference);
    const inner = composed(schema).filter((part) => own(part, "type") !== "null");
    return inner.length === 1 ? inner[0] : undefined;
  }

  /** A schema and those that apply together with it, or in its place: references and compositions are followed. */
  #parts(schema: Json | undefined): readonly JsonObject[] {
    const found = new Set<JsonObject>();
    const visit = (part: Json | undefined): void => {
      if (!isObject(part) || found.has(part) || found.size > 1_000) return;
      found.add(part);
      const reference = referenceOf(part);
      if (reference !== undefined) visit(valueAt(this.#root, reference));
      composed(part).forEach(visit);
    };
    visit(schema);
    return [...found];
  }

  /** Name of the component that a schema refers to (§4.8.26.3). */
  #componentName(schema: Json | undefined): string | undefined {
    let current = schema;
    for (let count = 0; count < maximumNesting && isObject(current); count++) {
      const name = /^\/components\/schemas\/([^/]+)$/.exec(referenceOf(current) ?? "")?.[1];
      if (name !== undefined && qualifiedName.test(name)) return name;
      current = this.#soleSchema(current);
    }
    return undefined;
  }

  /** Whether a schema, or one that it refers to, has an XML Object, or properties whose order counts. */
  #bearsXml(pointer: string): boolean {
    const known = this.#bearing.get(pointer);
    if (known !== undefined) return known;
    const visited = new Set([pointer]);
    for (const place of visited) {
      const { bears, references } = scan(valueAt(this.#root, place));
      if (bears || this.#bearing.get(place) === true) {
        this.#bearing.set(pointer, true);
        return true;
      }
      for (const reference of references) visited.add(reference);
    }
    for (const place of visited) this.#bearing.set(place, false);
    return false;
  }

  /** The structures that a node needs, and those that they need. */
  #structuresOf(root: XmlNode): { readonly [key: string]: XmlStructure } {
    const byKey = new Map([...this.#structures.values()].map((entry) => [entry.key, entry.structure]));
    const needed = new Set<string>();
    const visit = (node: XmlNode): void => {
      if (node.same !== undefined && !needed.has(node.same)) {
        needed.add(node.same);
        visit(byKey.get(node.same) ?? {});
      }
      Object.values(node.properties ?? {}).forEach(visit);
      node.prefixItems?.forEach(visit);
      if (node.additional !== undefined) visit(node.additional);
      if (node.items !== undefined) visit(node.items);
    };
    visit(root);
    return Object.fromEntries([...needed].sort().map((key) => [key, byKey.get(key) ?? {}]));
  }
}

function referenceOf(schema: Json | undefined): string | undefined {
  const reference = ownString(schema, "$ref");
  return reference?.startsWith("#/") === true ? decodeFragment(reference.slice(1)) : undefined;
}

function composed(schema: JsonObject): readonly JsonObject[] {
  return ["allOf", "oneOf", "anyOf"].flatMap((keyword) => {
    const parts = own(schema, keyword);
    return isArray(parts) ? parts.filter(isObject) : [];
  });
}

function hasOrder(schema: JsonObject): boolean {
  const properties = own(schema, "properties");
  // Of several parts each may bring a property.
  return isObject(properties) && (Object.keys(properties).length > 1 || composed(schema).length > 0);
}

function scan(schema: Json | undefined): { bears: boolean; references: readonly string[] } {
  const references: string[] = [];
  let bears = false;
  const visit = (node: Json | undefined): void => {
    if (isArray(node)) node.forEach(visit);
    if (!isObject(node)) return;
    if (isObject(own(node, "xml")) || hasOrder(node)) bears = true;
    const reference = referenceOf(node);
    if (reference !== undefined) references.push(reference);
    for (const key of Object.keys(node)) visit(own(node, key));
  };
  visit(schema);
  return { bears, references };
}

function byName([a]: readonly [string, XmlNode], [b]: readonly [string, XmlNode]): number {
  return a < b ? -1 : 1;
}
