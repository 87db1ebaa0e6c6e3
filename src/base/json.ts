/** JSON values as a document holds them, and the few safe ways to look into them. */

export type Json = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is JsonArray {
  return Array.isArray(value);
}

/** An own property of an object, or `undefined`: `__proto__` and `constructor` of a document are only data. */
export function own(value: unknown, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function ownString(value: unknown, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === "string" ? found : undefined;
}

export function ownNumber(value: unknown, key: string): number | undefined {
  const found = own(value, key);
  return typeof found === "number" ? found : undefined;
}

export function ownBoolean(value: unknown, key: string): boolean | undefined {
  const found = own(value, key);
  return typeof found === "boolean" ? found : undefined;
}

/** The texts of a list; what else is in it is left out. */
export function ownTexts(value: unknown, key: string): readonly string[] | undefined {
  const found = own(value, key);
  return isArray(found) ? found.filter((item) => typeof item === "string") : undefined;
}

/** A JSON pointer (RFC 6901) extended by further reference tokens. */
export function pointerTo(base: string, ...tokens: readonly (string | number)[]): string {
  let pointer = base;
  for (const token of tokens) pointer += `/${typeof token === "string" ? escapeToken(token) : token}`;
  return pointer;
}

function escapeToken(token: string): string {
  return token.includes("~") || token.includes("/") ? token.replaceAll("~", "~0").replaceAll("/", "~1") : token;
}

/** The reference tokens of a JSON pointer, unescaped (RFC 6901 §4). */
export function pointerTokens(pointer: string): string[] {
  const tokens = pointer.split("/");
  tokens.shift();
  return pointer.includes("~") ? tokens.map(unescapedToken) : tokens;
}

function unescapedToken(token: string): string {
  return token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token;
}

/** The value at a JSON pointer, through own properties only, or `undefined`. */
export function valueAt(root: unknown, pointer: string): Json | undefined {
  let value: unknown = root;
  for (const token of pointerTokens(pointer)) {
    if (isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
    else value = own(value, token);
    if (value === undefined) return undefined;
  }
  return value as Json;
}

/** Whether two values are the same JSON text, the order of keys included. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isArray(one))
    return isArray(other) && one.length === other.length && one.every((item, i) => isSame(item, other[i]));
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  const otherKeys = Object.keys(other);
  return (
    keys.length === otherKeys.length && keys.every((key, i) => key === otherKeys[i] && isSame(one[key], other[key]))
  );
}

/** A copy of a JSON value with the keys of its objects sorted. */
export function canonical(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) return value.map(canonical);
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) put(copy, key, canonical(value[key] ?? null));
  return copy;
}

/** Like `Object.fromEntries`, also for a key such as `__proto__`. */
export function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  const object: Record<string, Json> = {};
  for (const [key, value] of entries) put(object, key, value);
  return object;
}

/** Sets an own property whose name comes from a document. */
export function put(object: Record<string, Json>, key: string, value: Json): void {
  // An assignment to `__proto__` would set the prototype; for all other keys it is the faster way.
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
