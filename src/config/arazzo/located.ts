/** Values of a document with their places, and the faults that are found in it. */
import { type Diagnostic, diagnosticAt } from "../../base/diagnostics.ts";
import { type Json, isArray, isObject, own, ownString, pointerTo, valueAt } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { Place } from "../../mcp/curation/curation.ts";

/** A value with its pointer. */
export interface At {
  readonly value: Json | undefined;
  readonly pointer: string;
}

/** References within each other, and parts of a value with all of them in their place. */
const deepestReference = 20;
const mostParts = 50_000;

/** A document as it was read. */
export interface LocatedDocument {
  /** As the user named it. */
  readonly file: string;
  readonly value: Json;
  readonly locate: (pointer: string) => { readonly pointer: string; readonly line: number };
}

export class Located {
  readonly root: Json;
  readonly #file: string;
  readonly #locate: LocatedDocument["locate"];
  readonly #faults: Diagnostic[];
  #parts = 0;

  /** @param faults takes every `invalid-workflow` */
  constructor({ file, value, locate }: LocatedDocument, faults: Diagnostic[]) {
    this.root = value;
    this.#file = file;
    this.#locate = locate;
    this.#faults = faults;
  }

  member({ value, pointer }: At, key: string): At {
    return { value: own(value, key), pointer: pointerTo(pointer, key) };
  }

  items({ value, pointer }: At): readonly At[] {
    return this.list({ value, pointer }).flatMap((item) => {
      if (isObject(item.value)) return [item];
      this.fault(item.pointer, "This needs an object");
      return [];
    });
  }

  list({ value, pointer }: At): readonly At[] {
    if (value === undefined) return [];
    if (isArray(value)) return value.map((item, index) => ({ value: item, pointer: pointerTo(pointer, index) }));
    this.fault(pointer, "This needs a list");
    return [];
  }

  text({ value, pointer }: At, key: string): string {
    const text = ownString(value, key);
    if (text === undefined || text === "") this.fault(pointer, `This needs the text "${key}"`);
    return text ?? "";
  }

  number({ value, pointer }: At, key: string): number | undefined {
    const number = own(value, key);
    if (number === undefined) return undefined;
    if (typeof number === "number" && number >= 0) return number;
    this.fault(pointerTo(pointer, key), `"${key}" needs a number from 0 on`);
    return undefined;
  }

  refuse({ value, pointer }: At, key: string, why: string): void {
    if (own(value, key) !== undefined) this.fault(pointerTo(pointer, key), `"${key}" is not supported: ${why}`);
  }

  /** What an entry of `components` says, where an item refers to one (Arazzo 1.0.1 §4.6.10). */
  referred(item: At, components: string): At {
    const reference = ownString(item.value, "reference");
    if (reference === undefined) return item;
    const [, kind, name = ""] = /^\$components\.(\w+)\.(.+)$/.exec(reference) ?? [];
    const pointer = pointerTo("/components", components, name);
    const value = kind === components ? valueAt(this.root, pointer) : undefined;
    if (value !== undefined) return { value, pointer };
    this.fault(item.pointer, `"${visible(reference)}" leads to none of the ${components} of the components`);
    return item;
  }

  /** A value with what it refers to in its place. */
  resolved(value: Json, pointer: string): Json {
    this.#parts = 0;
    const resolved = this.#resolved(value, pointer, deepestReference);
    if (this.#parts > mostParts) this.fault(pointer, "This is too large with all that it refers to");
    return resolved;
  }

  #resolved(value: Json, pointer: string, left: number): Json {
    this.#parts += 1;
    if (this.#parts > mostParts) return {};
    if (isArray(value)) return value.map((item, index) => this.#resolved(item, pointerTo(pointer, index), left));
    if (!isObject(value)) return value;
    const reference = ownString(value, "$ref");
    if (reference === undefined)
      return Object.fromEntries(
        Object.keys(value).map((key) => [key, this.#resolved(own(value, key) ?? null, pointerTo(pointer, key), left)]),
      );
    const target = reference.startsWith("#/") ? valueAt(this.root, reference.slice(1)) : undefined;
    if (target !== undefined && left > 0) return this.#resolved(target, reference.slice(1), left - 1);
    const why = target === undefined ? "leads to nothing in this document" : "leads back to itself";
    this.fault(pointer, `"${visible(reference)}" ${why}`);
    return {};
  }

  place(pointer: string): Place {
    return { file: this.#file, ...this.#locate(pointer) };
  }

  fault(pointer: string, message: string): void {
    this.#faults.push(diagnosticAt("invalid-workflow", this.#file, message, this.#locate(pointer)));
  }
}
