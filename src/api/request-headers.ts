/**
 * Header parameters called `Accept`, `Content-Type` and `Authorization`. The standard has other places for what they say
 * (§4.8.12.1), so that they become no arguments; but authors declare them, APIs ask for them, and a request has to
 * carry them.
 */
import { defined } from "../base/defined.ts";
import { type Json, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import type { RequestHeaders } from "./model.ts";
import { headerScheme } from "./header-scheme.ts";
import { dereference, followReferences } from "./reference.ts";
import type { Reader } from "./reader.ts";

/** Headers that are declared so, in lower case. */
export const declaredHeaders: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);

/** What an operation's parameters, and those of its path, say of these headers. */
export function buildRequestHeaders(
  reader: Reader,
  sources: readonly { readonly value: Json | undefined; readonly pointer: string }[],
): RequestHeaders {
  const found = new Map<string, { readonly values: readonly string[]; readonly required: boolean }>();
  let prefix: string | undefined;
  for (const source of sources) {
    const { value, pointer } = followReferences(reader.root, source.value, source.pointer);
    if (!isArray(value)) continue;
    value.forEach((entry, index) => {
      const parameter = dereference(reader.root, entry, pointerTo(pointer, index))?.value;
      const name = ownString(parameter, "name")?.toLowerCase();
      if (parameter === undefined || name === undefined || own(parameter, "in") !== "header") return;
      if (name === "authorization") prefix = headerScheme(textsOf(reader, parameter));
      if (declaredHeaders.has(name))
        found.set(name, { values: valuesOf(reader, parameter), required: own(parameter, "required") === true });
    });
  }
  const contentType = found.get("content-type");
  return {
    accept: found.get("accept")?.values,
    contentType: contentType?.values[0] ?? (contentType?.required === true ? "application/json" : undefined),
    authorization: found.get("authorization")?.required,
    ...defined({ authorizationPrefix: prefix }),
  };
}

/** What a parameter says of its value, in words and by examples. */
function textsOf(reader: Reader, parameter: Json): readonly (string | undefined)[] {
  const schema = dereference(reader.root, own(parameter, "schema"), "")?.value;
  const examples = own(schema, "examples");
  const named = own(parameter, "examples");
  return [
    ownString(parameter, "description"),
    ownString(parameter, "example"),
    ownString(schema, "description"),
    ownString(schema, "pattern"),
    ownString(schema, "default"),
    ...(isArray(examples) ? examples.filter((text) => typeof text === "string") : []),
    ...(isObject(named) ? Object.values(named).map((one) => ownString(one, "value")) : []),
  ];
}

/** The media types that a parameter may have: the one that is fixed or the default, else all that are listed or shown. */
function valuesOf(reader: Reader, parameter: Json): readonly string[] {
  const schema = dereference(reader.root, own(parameter, "schema"), "")?.value;
  const fixed = own(schema, "const") ?? own(schema, "default");
  if (isMediaType(fixed)) return [fixed];
  const listed = own(schema, "enum");
  if (isArray(listed)) return listed.filter(isMediaType);
  const examples = own(schema, "examples");
  const named = own(parameter, "examples");
  const shown = [
    own(parameter, "example"),
    ...(isArray(examples) ? examples : []),
    ...(isObject(named) ? Object.values(named).map((example) => own(example, "value")) : []),
  ];
  return shown.filter(isMediaType).slice(0, 1);
}

function isMediaType(value: Json | undefined): value is string {
  return typeof value === "string" && /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*[;,][ -~]*)?$/.test(value);
}
