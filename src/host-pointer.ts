/** Where in a document stands that requests, or secrets for tokens, go to a host. */
import { isWebUrl, parseUrl, shownAddress } from "./base/address.ts";
import { type Diagnostic, diagnosticAt } from "./base/diagnostics.ts";
import { type Json, type JsonObject, isArray, isObject, own, pointerTo } from "./base/json.ts";
import { visible } from "./base/visible.ts";
import type { SpecDocument } from "./document/document.ts";

/**
 * What is said of a host that the owner did not confirm.
 *
 * @param document absent: it cannot be read again, and no line is told
 */
export function unconfirmedHost(origin: string, address: string, document: SpecDocument | undefined): Diagnostic {
  const code = "unconfirmed-host";
  const message = `Credentials would go to ${visible(origin)}, which the configuration does not name`;
  return document === undefined
    ? diagnosticAt(code, shownAddress(address), message, { pointer: "/servers" })
    : document.locate({ code, pointer: pointerOfHost(document.root, origin), message });
}

/**
 * JSON pointer to the first text that is a URL of the origin: of a server, of a path's or an operation's server, or of a
 * security scheme; `/servers` where none is, since variables make it up.
 */
function pointerOfHost(root: JsonObject, origin: string): string {
  return (
    urlAt(own(root, "servers"), "/servers", origin) ??
    serverOfPath(own(root, "paths"), origin) ??
    urlAt(own(own(root, "components"), "securitySchemes"), "/components/securitySchemes", origin) ??
    "/servers"
  );
}

function serverOfPath(paths: Json | undefined, origin: string): string | undefined {
  for (const [path, item] of membersOf(paths)) {
    const at = pointerTo("/paths", path);
    const ofPath = urlAt(own(item, "servers"), `${at}/servers`, origin);
    if (ofPath !== undefined) return ofPath;
    for (const [method, operation] of membersOf(item)) {
      const found = urlAt(own(operation, "servers"), `${pointerTo(at, method)}/servers`, origin);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function urlAt(value: Json | undefined, pointer: string, origin: string): string | undefined {
  if (typeof value === "string") return isWebUrl(value) && parseUrl(value)?.origin === origin ? pointer : undefined;
  for (const [key, member] of membersOf(value)) {
    const found = urlAt(member, pointerTo(pointer, key), origin);
    if (found !== undefined) return found;
  }
  return undefined;
}

function membersOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isObject(value) || isArray(value) ? Object.entries(value) : [];
}
