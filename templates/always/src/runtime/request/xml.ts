/**
 * XML documents of JSON values (§4.8.26), by the plan that the document's XML Objects were made into.
 *
 * What the specification leaves open is decided here: members stand in the order of the document's schema, text nodes
 * included, and behind them those that it does not name; an attribute of several values is a list with spaces (XML Schema part 2 §2.5.1.2); `null` is an empty
 * element with `xsi:nil`, as §4.8.26.5 recommends.
 */
import type { BodyContent, JsonValue } from "../data/model.js";
import {
  refuse,
  scalarText,
  entriesInOrder,
  isArray,
  isObject,
} from "./argument.js";
import {
  type ComposedBody,
  charsetOf,
  concrete,
  encodedText,
  type ArgumentOf,
} from "./body-writer.js";
import type { XmlNode, XmlPlan, XmlStructure } from "../data/model-parts.js";

/** Namespaces by prefix that are declared around a place; the default one has the prefix `""`. */
type Scope = ReadonlyMap<string, string>;

const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

/** Like a name of XML 1.0 §2.3, with an optional prefix. */
const qualifiedName =
  /^[\p{L}_][\p{L}\p{N}\p{M}_.-]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.-]*)?$/u;

/** A document without XML declaration. Throws `ArgumentError` for a value that XML cannot hold, or not at its place. */
export function xmlText(
  plan: XmlPlan,
  value: JsonValue,
  argumentOf: ArgumentOf,
): string {
  return new Writer(plan, argumentOf).document(value);
}

interface Inside {
  readonly attributes: (readonly [name: string, value: string])[];
  /** Declarations of namespaces that attributes need. */
  readonly declared: Map<string, string>;
  readonly content: string[];
}

class Writer {
  readonly #plan: XmlPlan;
  readonly #argumentOf: ArgumentOf;

  constructor(plan: XmlPlan, argumentOf: ArgumentOf) {
    this.#plan = plan;
    this.#argumentOf = argumentOf;
  }

  document(value: JsonValue): string {
    const { root } = this.#plan;
    const argument = this.#argumentOf("");
    return this.#element(root, root.name ?? "root", value, new Map(), argument);
  }

  /** Writes the node of a value into the element around it. */
  #write(
    node: XmlNode,
    inferred: string,
    value: JsonValue,
    scope: Scope,
    into: Inside,
    argument: string,
  ): void {
    const nodeType = node.nodeType ?? (isArray(value) ? "none" : "element");
    switch (nodeType) {
      case "element":
        into.content.push(
          this.#element(node, inferred, value, scope, argument),
        );
        return;
      case "attribute":
        // A null is an attribute left out (§4.8.26.5).
        if (value !== null)
          this.#attribute(node, inferred, value, into, argument);
        return;
      case "text":
        into.content.push(escapeText(plainText(value, argument)));
        return;
      case "cdata":
        into.content.push(cdata(plainText(value, argument)));
        return;
      case "none":
        this.#inside(node, inferred, value, scope, into, argument);
        return;
      default:
        nodeType satisfies never;
    }
  }

  #element(
    node: XmlNode,
    inferred: string,
    value: JsonValue,
    around: Scope,
    argument: string,
  ): string {
    const name = nameOf(node, inferred, argument);
    const prefix = name.includes(":") ? (name.split(":")[0] ?? "") : "";
    const inside: Inside = { attributes: [], declared: new Map(), content: [] };
    const scope = new Map(around);
    if (node.namespace !== undefined) {
      scope.set(prefix, node.namespace);
      inside.declared.set(prefix, node.namespace);
    }
    if (value === null) {
      inside.attributes.push(["xsi:nil", "true"]);
      inside.declared.set("xsi", schemaInstance);
    } else {
      // Items of an array in an element are called as it is, unless they have a name of their own (§4.8.26.6).
      const within = isArray(value) ? (node.name ?? inferred) : inferred;
      this.#inside(node, within, value, scope, inside, argument);
    }
    const fields = [
      ...[...inside.declared]
        .filter(([key, uri]) => around.get(key) !== uri)
        .map(([key, uri]) => [key === "" ? "xmlns" : `xmlns:${key}`, uri]),
      ...inside.attributes,
    ];
    const start = [
      name,
      ...fields.map(([key, text]) => `${key}="${escapeAttribute(text ?? "")}"`),
    ].join(" ");
    const content = inside.content.join("");
    return content === "" ? `<${start}/>` : `<${start}>${content}</${name}>`;
  }

  /** Attributes and content of an element; of a node `none`, those of the element around it. */
  #inside(
    node: XmlNode,
    inferred: string,
    value: JsonValue,
    scope: Scope,
    into: Inside,
    argument: string,
  ): void {
    const structure = this.#structureOf(node);
    if (isArray(value)) {
      value.forEach((item, index) =>
        this.#write(
          structure.prefixItems?.[index] ?? structure.items ?? {},
          inferred,
          item,
          scope,
          into,
          argument,
        ),
      );
    } else if (isObject(value)) {
      const isRoot = node === this.#plan.root;
      for (const [name, member] of entriesInOrder(value, structure.order))
        this.#write(
          memberOf(structure, name),
          name,
          member,
          scope,
          into,
          isRoot ? this.#argumentOf(name) : argument,
        );
    } else {
      into.content.push(escapeText(plainText(value, argument)));
    }
  }

  #attribute(
    node: XmlNode,
    inferred: string,
    value: JsonValue,
    into: Inside,
    argument: string,
  ): void {
    const name = nameOf(node, inferred, argument);
    const prefix = name.includes(":") ? name.split(":")[0] : undefined;
    if (node.namespace !== undefined && prefix !== undefined)
      into.declared.set(prefix, node.namespace);
    const values = isArray(value) ? value : [value];
    const text = values.map((item) => plainText(item, argument)).join(" ");
    into.attributes.push([name, text]);
  }

  #structureOf(node: XmlNode): XmlStructure {
    const { structures = {} } = this.#plan;
    if (node.same === undefined) return node;
    return Object.hasOwn(structures, node.same)
      ? (structures[node.same] ?? node)
      : node;
  }
}

function memberOf({ properties = {}, additional }: XmlStructure, name: string) {
  const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return known ?? additional ?? {};
}

function nameOf(node: XmlNode, inferred: string, argument: string): string {
  const name = node.name ?? inferred;
  const full =
    node.prefix === undefined || name.includes(":")
      ? name
      : `${node.prefix}:${name}`;
  return qualifiedName.test(full)
    ? full
    : refuse(argument, `has a member "${name}", which is no name in XML`);
}

function plainText(value: JsonValue, argument: string): string {
  if (isArray(value) || isObject(value))
    return refuse(
      argument,
      "has an array or object where XML holds a text or an attribute",
    );
  const text = scalarText(value, argument);
  return illegal.test(text)
    ? refuse(argument, "holds control characters, which XML cannot carry")
    : text;
}

/** Characters that no XML 1.0 document holds, not even escaped (§2.2). */
const illegal = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/u;

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

/** White space is escaped too: a reader would make spaces of it (§3.3.3). */
function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\n", "&#10;");
}

/** A section cannot hold its own end: it is divided there (XML 1.0 §2.7). */
function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}

// The part that writes bodies of XML.

/** The charset of the media type counts before that of the declaration (RFC 7303 §3.2); here they are the same. */
export function write(
  content: BodyContent,
  value: JsonValue,
  argumentOf: ArgumentOf,
): ComposedBody {
  const { mediaType, xml } = content;
  const argument = argumentOf("");
  if (xml === undefined)
    return refuse(argument, `cannot be written as ${mediaType}`);
  const contentType = concrete(mediaType, "application/xml");
  const charset = charsetOf(contentType);
  const text = `<?xml version="1.0" encoding="${charset.toUpperCase()}"?>${xmlText(xml, value, argumentOf)}`;
  return encodedText(text, contentType, charset, argument);
}
