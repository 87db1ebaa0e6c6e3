import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Egress } from "../../../src/surface/egress.ts";
import { surfaceOfModel } from "../../../src/surface/surface.ts";
import { serverOf } from "../document.ts";

const egress = (document: JsonObject): readonly Egress[] => surfaceOfModel(serverOf(document).model).egress ?? [];
const get = (more: JsonObject = {}): JsonObject => ({ get: { responses: {}, ...more } });

it("names the host of the calls, with its variables filled in", () =>
  expect(
    egress({
      servers: [{ url: "https://{region}.a.example:8443/v1", variables: { region: { default: "eu" } } }],
      paths: { "/a": get(), "/b": get() },
    }),
  ).toEqual([
    {
      host: "https://eu.a.example:8443",
      receives: [{ kind: "calls", api: "petstore", group: "default", environment: "PETSTORE_BASE_URL", tools: 2 }],
    },
  ]));

it("names the variable where the document names no host", () =>
  expect(egress({ servers: [{ url: "/v1" }], paths: { "/a": get() } })[0]?.host).toBe("set by PETSTORE_BASE_URL"));

it("leaves out hosts that nothing is sent to", () =>
  expect(
    egress({
      servers: [{ url: "https://a.example" }, { url: "https://second.example" }],
      webhooks: { ping: { post: { responses: {} } } },
      paths: { "/a": { ...get(), servers: [{ url: "https://b.example" }] } },
    }).map(({ host }) => host),
  ).toEqual(["https://b.example"]));

it("says which credential goes where, and who gets client secrets", () =>
  expect(
    egress({
      servers: [{ url: "https://a.example" }],
      components: {
        securitySchemes: {
          __proto__key: { type: "apiKey", in: "header", name: "k" },
          oauth: {
            type: "oauth2",
            flows: {
              clientCredentials: { tokenUrl: "https://login.example/token", scopes: {} },
              authorizationCode: {
                authorizationUrl: "https://web.example/authorize",
                tokenUrl: "https://login.example/token",
                refreshUrl: "https://refresh.example/token",
                scopes: {},
              },
            },
          },
          unused: { type: "openIdConnect", openIdConnectUrl: "https://unused.example" },
        },
      },
      paths: {
        "/a": get({ security: [{ __proto__key: [] }, { oauth: [] }] }),
        "/b": { ...get({ security: [{ oauth: [] }] }), servers: [{ url: "https://b.example" }] },
      },
    }).map(({ host, receives }) => [
      host,
      ...receives.map((item) => `${item.kind} ${"scheme" in item ? item.scheme : ""}`),
    ]),
  ).toEqual([
    ["https://a.example", "calls ", "credential __proto__key", "credential oauth"],
    ["https://b.example", "calls ", "credential oauth"],
    ["https://login.example", "token oauth"],
    ["https://refresh.example", "token oauth"],
  ]));
