/** Which flow of an OAuth scheme a server renews its tokens with, and which variables it reads. */
import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { serverOf } from "../document.ts";

const at = (path: string): JsonObject => ({ tokenUrl: `https://auth.example.com/${path}`, scopes: { read: "Read" } });

function schemeOf(flows: JsonObject): unknown {
  const document: JsonObject = {
    components: { securitySchemes: { login: { type: "oauth2", flows } } },
    security: [{ login: ["read"] }],
    paths: { "/pets": { get: { responses: {} } } },
  };
  return serverOf(document).model.apis[0]?.data.securitySchemes["login"];
}

const environment = {
  accessToken: "PETSTORE_LOGIN_ACCESS_TOKEN",
  clientId: "PETSTORE_LOGIN_CLIENT_ID",
  clientSecret: "PETSTORE_LOGIN_CLIENT_SECRET",
  refreshToken: "PETSTORE_LOGIN_REFRESH_TOKEN",
  tokenUrl: "PETSTORE_LOGIN_TOKEN_URL",
  scopes: "PETSTORE_LOGIN_SCOPES",
};

it.each<[string, JsonObject, JsonObject]>([
  [
    "that of the code, wherever it stands",
    { password: at("password"), authorizationCode: { authorizationUrl: "https://auth.example.com/", ...at("code") } },
    { refresh: { tokenUrl: "https://auth.example.com/code", scopes: ["read"] } },
  ],
  [
    "the only one that has tokens",
    { implicit: { authorizationUrl: "https://auth.example.com/", scopes: {} }, password: at("password") },
    { refresh: { tokenUrl: "https://auth.example.com/password", scopes: ["read"] } },
  ],
  [
    "and its own credentials",
    { clientCredentials: at("client"), password: { ...at("password"), refreshUrl: "https://auth.example.com/again" } },
    {
      clientCredentials: { tokenUrl: "https://auth.example.com/client", scopes: ["read"] },
      refresh: { tokenUrl: "https://auth.example.com/client", scopes: ["read"] },
    },
  ],
])("%s", (_what, flows, want) => expect(schemeOf(flows)).toEqual({ type: "oauth2", ...want, environment }));
