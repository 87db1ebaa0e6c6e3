import { defined } from "../base/defined.ts";
import type { Report } from "../base/diagnostics.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import type { Place, Selector } from "../mcp/curation/curation.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";

type Criteria = Omit<Selector, "place">;

const kinds = ["tag:", "path:", "method:", "operation:", "deprecated", "internal", "x-"];

/**
 * A selector in its short form: `tag:pets`, `path:/v1/**`, `method:GET`, `operation:list*`, `deprecated`, `internal`,
 * `x-public` or `x-public=true`. A fault is a sentence.
 */
export function parseSelector(text: string, place: Place): Selector | { readonly fault: string } {
  const criteria = criteriaOf(text.trim());
  if (criteria !== undefined) return { ...criteria, place };
  const [kind = ""] = text.split(/(?<=:)/);
  const near = nearestName(kind, kinds);
  const hint = near === undefined ? `it starts with one of ${kinds.join(", ")}` : `did you mean "${near}"?`;
  return { fault: `"${visible(text)}" is no selector; ${hint}` };
}

function criteriaOf(text: string): Criteria | undefined {
  if (text === "deprecated") return { deprecated: true };
  if (text === "internal") return { internal: true };
  const extension = /^(x-[^=]+)(?:=(.*))?$/s.exec(text);
  if (extension !== null) {
    const [, name = "", value] = extension;
    return { extension: value === undefined ? { name } : { name, value: jsonOrText(value) } };
  }
  const [, kind, value = ""] = /^(tag|path|method|operation):(.+)$/s.exec(text) ?? [];
  switch (kind) {
    case "tag":
      return { tag: value };
    case "path":
      return { path: value };
    case "method":
      return { method: value };
    case "operation":
      return { operationId: value };
    default:
      return undefined;
  }
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A selector as the configuration file spells it out, its form being checked already. */
export function selectorOf(value: JsonObject, place: Place): Selector {
  const texts = { tag: "tag", path: "path", method: "method", operation: "operationId" } as const;
  const extension = own(value, "extension");
  return {
    ...Object.fromEntries(
      Object.entries(texts).flatMap(([key, name]) => {
        const text = ownString(value, key);
        return text === undefined ? [] : [[name, text]];
      }),
    ),
    ...(typeof own(value, "deprecated") === "boolean" ? { deprecated: own(value, "deprecated") === true } : {}),
    ...(typeof own(value, "internal") === "boolean" ? { internal: own(value, "internal") === true } : {}),
    ...(extension === undefined
      ? {}
      : {
          extension: isObject(extension)
            ? { name: ownString(extension, "name") ?? "", value: own(extension, "value") ?? null }
            : { name: String(extension) },
        }),
    place,
  };
}

/** The selectors of a list, in either form; faults are reported at their pointers. */
export function selectorsOf(
  value: Json | undefined,
  pointer: string,
  placeOf: (pointer: string) => Place,
  report: Report,
): readonly Selector[] | undefined {
  if (!isArray(value)) return undefined;
  return value.flatMap((item, index) => {
    const at = pointerTo(pointer, index);
    if (isObject(item)) return [selectorOf(item, placeOf(at))];
    const selector = parseSelector(String(item), placeOf(at));
    if (!("fault" in selector)) return [selector];
    report({ code: "invalid-selector", pointer: at, message: selector.fault });
    return [];
  });
}

/** A selector as the configuration file has it: the opposite of the two above. */
export function selectorValue({ tag, path, method, operationId, deprecated, internal, extension }: Selector): Json {
  return {
    ...defined({ tag, path, method, operation: operationId, deprecated, internal }),
    ...(extension === undefined
      ? {}
      : {
          extension: extension.value === undefined ? extension.name : { name: extension.name, value: extension.value },
        }),
  };
}
