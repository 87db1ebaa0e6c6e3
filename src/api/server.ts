import { type Json, isArray, isObject, own, ownString, pointerTo } from "../base/json.ts";
import type { Server } from "./model.ts";
import { sortedEntries, textOf } from "./reference.ts";
import type { Reader } from "./reader.ts";

/**
 * Server Objects (§4.8.5). A relative URL is resolved against the URL of the document; one that cannot be resolved
 * stays relative, and its owner has to name the base URL. `undefined` where the field is missing or empty.
 */
export function buildServers(
  reader: Reader,
  value: Json | undefined,
  pointer: string,
  baseUrl: string | undefined,
): readonly Server[] | undefined {
  if (value === undefined) return undefined;
  if (!isArray(value)) {
    reader.report({ code: "invalid-document", pointer, message: `"servers" has to be a list` });
    return undefined;
  }
  const servers = value.flatMap((entry, index) => {
    const url = ownString(entry, "url")?.trim();
    if (!isObject(entry) || url === undefined) {
      reader.report({ code: "invalid-document", pointer: pointerTo(pointer, index), message: "A server needs a url" });
      return [];
    }
    return [
      { url: absolute(url, baseUrl), description: textOf(entry, "description"), variables: variables(entry, url) },
    ];
  });
  return servers.length === 0 ? undefined : servers;
}

function absolute(url: string, baseUrl: string | undefined): string {
  // A host without scheme takes that of the document, or the one that is safe where the document lies on a disk.
  if (baseUrl === undefined && url.startsWith("//")) return `https:${url}`;
  if (baseUrl === undefined || /^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith("{")) return url;
  try {
    // Braces of variables have to survive, and URL would encode them.
    // An empty URL would be that of the document itself.
    return new URL(url === "" ? "." : url.replaceAll("{", "%7B").replaceAll("}", "%7D"), baseUrl).href
      .replaceAll("%7B", "{")
      .replaceAll("%7D", "}");
  } catch {
    return url;
  }
}

/** Every variable that the URL names. */
function variables(server: Json, url: string): Server["variables"] {
  const described = new Map(sortedEntries(own(server, "variables")));
  const names = [...new Set([...url.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? ""))];
  return names.map((name) => {
    const variable = described.get(name);
    const values = own(variable, "enum");
    const allowed = isArray(values)
      ? values.filter((entry) => typeof entry === "string" || typeof entry === "number").map(String)
      : [];
    const preset = own(variable, "default");
    return {
      name,
      default:
        typeof preset === "string" || typeof preset === "number" || typeof preset === "boolean"
          ? String(preset)
          : allowed[0],
      enum: allowed.length === 0 ? undefined : allowed,
    };
  });
}
