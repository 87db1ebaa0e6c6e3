/** How a value becomes an XML document (§4.8.26). What it does not mention is written as the standard's defaults say. */
export interface XmlPlan {
  /** The root element; it has a name. */
  readonly root: XmlNode;
  /** Structures that nodes share, by the key of their `same`: a schema may hold itself. */
  readonly structures?: { readonly [key: string]: XmlStructure };
}

/** The node that a schema stands for, and what is inside it. */
export interface XmlNode extends XmlStructure {
  /** §4.8.26.2; by default `none` for an array, else `element`. */
  readonly nodeType?: "element" | "attribute" | "text" | "cdata" | "none";
  /** Name of the element or attribute; by default that of the property (§4.8.26.3). */
  readonly name?: string;
  readonly namespace?: string;
  readonly prefix?: string;
  /** Key of the structure that this node has instead of one of its own. */
  readonly same?: string;
}

export interface XmlStructure {
  /** Members of an object in the order in which they are written; others follow. */
  readonly order?: readonly string[];
  /** Members of an object that deviate from their defaults. */
  readonly properties?: { readonly [name: string]: XmlNode };
  /** Members that are not among `properties`. */
  readonly additional?: XmlNode;
  /** Items of an array; those at the places of `prefixItems` have their own. */
  readonly items?: XmlNode;
  readonly prefixItems?: readonly XmlNode[];
}
