/** What the paths of a template stand for: own properties of the context, and what the blocks around add to it. */
import { Encoded } from "./encoded.ts";

/** A context, and what goes by a name of its own in it. */
export class Scope {
  readonly value: unknown;
  /** `@index` and the like, without `@`. */
  readonly data: ReadonlyMap<string, unknown>;
  /** Block parameters. */
  readonly named: ReadonlyMap<string, unknown>;
  readonly parent: Scope | undefined;

  constructor(
    value: unknown,
    data: ReadonlyMap<string, unknown>,
    named: ReadonlyMap<string, unknown>,
    parent: Scope | undefined,
  ) {
    this.value = value;
    this.data = data;
    this.named = named;
    this.parent = parent;
  }

  /** The scope inside a block: its value, and by the block's parameters the value and its key. */
  inner(value: unknown, data: ReadonlyMap<string, unknown>, parameters: readonly string[] | undefined): Scope {
    const values = [value, data.get("key")];
    const named = new Map((parameters ?? []).slice(0, 2).map((name, index) => [name, values[index]]));
    return new Scope(value, data, named, this);
  }
}

export function scopeOf(context: object): Scope {
  return new Scope(context, new Map(), new Map(), undefined);
}

export type Lookup =
  | { readonly kind: "found"; readonly value: unknown }
  | {
      readonly kind: "missing";
      readonly name: string;
      /** The path before the name; empty for the context itself. */
      readonly parent: string;
      /** What there is. */
      readonly names: readonly string[];
      /** Whether it is the last name of a path below the top: the model leaves out what an operation does not have. */
      readonly optional: boolean;
    };

/** A path as Handlebars reads it. */
interface Path {
  readonly parts: readonly string[];
  /** How many `../` it begins with. */
  readonly depth: number;
  /** Whether it begins with `@`. */
  readonly data: boolean;
  readonly original: string;
}

/** The value of a path. Nothing inherited is ever found. */
export function lookUp(path: Path, scope: Scope): Lookup {
  const outer = ancestor(scope, path.depth);
  if (outer === undefined) return lost(path.original, "", [], false);
  const [first, ...rest] = path.parts;
  if (first === undefined) return { kind: "found", value: outer.value };
  if (path.data) return lookUpData(first, rest, outer);
  const named = /^(?:this\b|\.)/.test(path.original) ? undefined : owner(outer, first);
  if (named !== undefined) return follow(named.named.get(first), rest, [first], false);
  return follow(outer.value, path.parts, [], outer.parent === undefined);
}

function lookUpData(name: string, rest: readonly string[], scope: Scope): Lookup {
  if (name === "root") return follow(rootOf(scope).value, rest, ["@root"], true);
  const holder = withData(scope, name);
  if (holder === undefined) return lost(`@${name}`, "", ["@root", ...dataNames(scope)], false);
  return follow(holder.data.get(name), rest, [`@${name}`], false);
}

/** @param closed whether the first name has to exist, since the value is the context itself */
function follow(start: unknown, names: readonly string[], way: readonly string[], closed: boolean): Lookup {
  let value = start;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    if (!owns(value, name))
      return lost(name, [...way, ...names.slice(0, index)].join("."), namesOf(value), last && !(closed && index === 0));
    value = member(value, name);
  }
  return { kind: "found", value };
}

function lost(name: string, parent: string, names: readonly string[], optional: boolean): Lookup {
  return { kind: "missing", name, parent, names, optional };
}

/** A property that is `undefined` is as good as none: optional properties of the model are either. */
function owns(value: unknown, name: string): boolean {
  return member(value, name) !== undefined;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || value instanceof Encoded) return undefined;
  if (value instanceof Map) return (value as ReadonlyMap<string, unknown>).get(name);
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function namesOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || value instanceof Encoded) return [];
  if (value instanceof Map) return [...(value as ReadonlyMap<string, unknown>).keys()];
  return Array.isArray(value) ? ["length"] : Object.keys(value);
}

function ancestor(scope: Scope, depth: number): Scope | undefined {
  let found: Scope | undefined = scope;
  for (let step = 0; step < depth; step += 1) found = found?.parent;
  return found;
}

function rootOf(scope: Scope): Scope {
  return scope.parent === undefined ? scope : rootOf(scope.parent);
}

/** The nearest scope with a block parameter of this name. */
function owner(scope: Scope | undefined, name: string): Scope | undefined {
  return scope === undefined || scope.named.has(name) ? scope : owner(scope.parent, name);
}

function withData(scope: Scope | undefined, name: string): Scope | undefined {
  return scope === undefined || scope.data.has(name) ? scope : withData(scope.parent, name);
}

function dataNames(scope: Scope | undefined): readonly string[] {
  return scope === undefined ? [] : [...scope.data.keys()].map((name) => `@${name}`).concat(dataNames(scope.parent));
}
