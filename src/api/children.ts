/**
 * Discriminators by inheritance (§4.8.25.3): a schema with a discriminator and no alternatives of its own, which other
 * schemas take into their `allOf`. Wherever it is asked for, a value is one of these.
 */
import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo, valueAt } from "../base/json.ts";
import { reachable } from "./composed.ts";
import { decodeFragment } from "./reference.ts";

/** With more children a union tells a reader nothing; then the schema stands for itself, as without a discriminator. */
const mostChildren = 30;

interface Discriminated {
  readonly schema: JsonObject;
  readonly discriminator: Json;
  readonly property: string;
}

export class Children {
  readonly #root: JsonObject;
  #known: ReadonlyMap<string, readonly string[]> | undefined;
  /** By pointer, the schemas that say by which property their values are told apart: most are referred to many times. */
  readonly #discriminated = new Map<string, Discriminated | undefined>();

  /** @param root of the document */
  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** Pointers of the components that take a schema into their `allOf`, also by others, sorted. */
  of(pointer: string): readonly string[] {
    this.#known ??= childrenOf(this.#root);
    return this.#known.get(pointer) ?? [];
  }

  /**
   * The union that a reference stands for, as a document would write it.
   *
   * @param pointer of what is referred to
   * @param at where the reference stands: in an `allOf` of a child it means the schema itself
   */
  unionOf(pointer: string, at: string): JsonObject | undefined {
    const discriminated = this.#discriminatedAt(pointer);
    if (discriminated === undefined) return undefined;
    const { schema, discriminator, property } = discriminated;
    const children = this.of(pointer);
    if (children.length === 0 || children.length > mostChildren || at.startsWith(`${pointer}/discriminator/`))
      return undefined;
    if (this.#isExtended(at)) return undefined;
    const within = /^(\/components\/schemas\/[^/]+)(?:\/allOf\/\d+)+$/.exec(at)?.[1];
    if (within !== undefined && children.includes(within)) return undefined;
    if (["oneOf", "anyOf"].some((keyword) => own(schema, keyword) !== undefined)) return undefined;
    const variants = this.#isVariant(schema, pointer, property) ? [...children, pointer] : children;
    return { oneOf: variants.map((variant) => ({ $ref: `#${variant}` })), discriminator };
  }

  #discriminatedAt(pointer: string): Discriminated | undefined {
    if (this.#discriminated.has(pointer)) return this.#discriminated.get(pointer);
    const schema = valueAt(this.#root, pointer);
    const discriminator = own(schema, "discriminator");
    const property = ownString(discriminator, "propertyName");
    const found =
      isObject(schema) && discriminator !== undefined && property !== undefined
        ? { schema, discriminator, property }
        : undefined;
    this.#discriminated.set(pointer, found);
    return found;
  }

  /** Whether a place is a part of an `allOf` that says more: then its author extends the schema itself. */
  #isExtended(at: string): boolean {
    const holder = /^(.*)\/allOf\/\d+$/.exec(at)?.[1];
    const whole = holder === undefined ? undefined : valueAt(this.#root, holder);
    const parts = own(whole, "allOf");
    return own(whole, "properties") !== undefined || (isArray(parts) && parts.length > 1);
  }

  /** Whether the schema itself is one of the things that a value may be, by its own name or a name of the mapping. */
  #isVariant(schema: JsonObject, pointer: string, property: string): boolean {
    const name = pointer.split("/").at(-1) ?? "";
    const mapping = own(own(schema, "discriminator"), "mapping");
    const tags = isObject(mapping)
      ? Object.keys(mapping).filter((tag) => [`#${pointer}`, name].includes(String(own(mapping, tag))))
      : [name];
    const values = reachable(own(own(schema, "properties"), property), this.#root, ["allOf"])
      .map((part) => own(part, "enum"))
      .find(isArray);
    return tags.some((tag) => values === undefined || values.includes(tag));
  }
}

function childrenOf(root: JsonObject): ReadonlyMap<string, readonly string[]> {
  const schemas = own(own(root, "components"), "schemas");
  const parents = new Map<string, readonly string[]>();
  for (const name of isObject(schemas) ? Object.keys(schemas).sort() : []) {
    const parts = own(own(schemas, name), "allOf");
    const references = (isArray(parts) ? parts : []).flatMap((part) => ownString(part, "$ref") ?? []);
    const local = references
      .filter((reference) => reference.startsWith("#/"))
      .map((entry) => decodeFragment(entry.slice(1)));
    if (local.length > 0) parents.set(pointerTo("/components/schemas", name), local);
  }
  const found = new Map<string, string[]>();
  for (const child of parents.keys()) {
    const above = new Set(parents.get(child));
    for (const parent of above) for (const further of parents.get(parent) ?? []) above.add(further);
    above.delete(child);
    for (const parent of above) found.set(parent, [...(found.get(parent) ?? []), child]);
  }
  return found;
}
