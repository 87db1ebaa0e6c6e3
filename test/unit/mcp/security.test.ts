/** Which flow of an OAuth scheme a server renews its tokens with, and which variables it reads. */
import { describe, expect, it } from "vitest";
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

describe("a scheme", () => {
  const dataOf = (name: string, scheme: JsonObject): unknown =>
    serverOf({
      components: { securitySchemes: { [name]: scheme, unused: { type: "http", scheme: "bearer" } } },
      security: [{ [name]: [] }],
      paths: { "/pets": { get: { responses: {} } } },
    }).model.apis[0]?.data.securitySchemes;
  const key = { type: "apiKey", in: "header", name: "X-Key" };
  const oauth = {
    accessToken: "PETSTORE_LOGIN_ACCESS_TOKEN",
    clientId: "PETSTORE_LOGIN_CLIENT_ID",
    clientSecret: "PETSTORE_LOGIN_CLIENT_SECRET",
    refreshToken: "PETSTORE_LOGIN_REFRESH_TOKEN",
    tokenUrl: "PETSTORE_LOGIN_TOKEN_URL",
    scopes: "PETSTORE_LOGIN_SCOPES",
  };
  it.each<[string, JsonObject, JsonObject]>([
    ["login", key, { ...key, environment: { value: "PETSTORE_LOGIN_KEY" } }],
    ["api_key", key, { ...key, environment: { value: "PETSTORE_API_KEY" } }],
    ["apiKey", key, { ...key, environment: { value: "PETSTORE_API_KEY" } }],
    ["token", key, { ...key, environment: { value: "PETSTORE_TOKEN" } }],
    ["mySecret", key, { ...key, environment: { value: "PETSTORE_MY_SECRET" } }],
    ["apikey", { ...key, in: "query" }, { ...key, in: "query", environment: { value: "PETSTORE_APIKEY" } }],
    [
      "login",
      { type: "http", scheme: "basic" },
      {
        type: "http",
        scheme: "basic",
        environment: { username: "PETSTORE_LOGIN_USERNAME", password: "PETSTORE_LOGIN_PASSWORD" },
      },
    ],
    [
      "login",
      { type: "http", scheme: "bearer" },
      { type: "http", scheme: "bearer", environment: { value: "PETSTORE_LOGIN_TOKEN" } },
    ],
    [
      "userToken",
      { type: "http", scheme: "bearer" },
      { type: "http", scheme: "bearer", environment: { value: "PETSTORE_USER_TOKEN" } },
    ],
    [
      "login",
      { type: "mutualTLS" },
      {
        type: "mutualTLS",
        environment: {
          certificate: "PETSTORE_LOGIN_CERTIFICATE_FILE",
          key: "PETSTORE_LOGIN_KEY_FILE",
          authority: "PETSTORE_LOGIN_AUTHORITY_FILE",
        },
      },
    ],
    [
      "login",
      { type: "openIdConnect", openIdConnectUrl: "https://id.example.com/x" },
      { type: "openIdConnect", openIdConnectUrl: "https://id.example.com/x", environment: oauth },
    ],
  ])("%s of %j asks for its variables only", (name, scheme, want) =>
    expect(dataOf(name, scheme)).toEqual({ [name]: want }),
  );
});

describe("servers", () => {
  it("are one group for the document, and one for each other set that is named", () => {
    const uploads = [{ url: "https://uploads.example.com/v1" }];
    const region = [
      {
        url: "https://{region}.example.com",
        description: "By region",
        variables: { region: { default: "eu", enum: ["eu", "us"] } },
      },
    ];
    const get = { responses: {} };
    const { data, groups } = serverOf({
      servers: [{ url: "https://api.example.com" }],
      paths: {
        "/a": { get },
        "/b": { servers: uploads, get, post: { ...get, servers: [{ url: "/relative" }] } },
        "/c": { get: { ...get, servers: uploads }, put: { ...get, servers: region } },
      },
    }).model.apis[0] ?? { data: undefined, groups: [] };
    expect(data?.serverGroups.map(({ id, environment }) => `${id} ${environment}`)).toEqual([
      "default PETSTORE_BASE_URL",
      "uploads PETSTORE_UPLOADS_BASE_URL",
      "other PETSTORE_OTHER_BASE_URL",
      "region PETSTORE_REGION_BASE_URL",
    ]);
    expect(data?.serverGroups.at(-1)?.servers).toEqual([
      {
        url: "https://{region}.example.com",
        description: "By region",
        variables: [{ name: "region", default: "eu", enum: ["eu", "us"], environment: "PETSTORE_SERVER_REGION" }],
      },
    ]);
    const used = groups.flatMap(({ tools }) =>
      tools.map(({ call: { request } }) => `${request.method} ${request.path} ${request.server}`),
    );
    expect([...used].sort()).toEqual([
      "GET /a default",
      "GET /b uploads",
      "GET /c uploads",
      "POST /b other",
      "PUT /c region",
    ]);
  });
});
