import { own, ownString } from "../base/json.ts";
import { replaceContent, type MutableObject } from "./mutable.ts";

/** Flows of OAuth 2 by their name in Swagger 2.0. */
const flows: ReadonlyMap<string, string> = new Map([
  ["implicit", "implicit"],
  ["password", "password"],
  ["application", "clientCredentials"],
  ["accessCode", "authorizationCode"],
]);

/** Security Scheme Object of 2.0 in the shape of 3.x (§4.8.27), in place. */
export function convertSecurityScheme(scheme: MutableObject): void {
  switch (own(scheme, "type")) {
    case "basic":
      replaceContent(scheme, { ...scheme, type: "http", scheme: "basic" });
      return;
    case "oauth2": {
      const { flow, authorizationUrl, tokenUrl, scopes, ...rest } = scheme;
      const name = flows.get(ownString(scheme, "flow") ?? "");
      if (name === undefined) return;
      const described: MutableObject = { scopes: scopes ?? {} };
      if (authorizationUrl !== undefined) described["authorizationUrl"] = authorizationUrl;
      if (tokenUrl !== undefined) described["tokenUrl"] = tokenUrl;
      replaceContent(scheme, { ...rest, flows: { [name]: described } });
      return;
    }
    default:
  }
}
