/** A Swagger 2.0 document with a text of the test's choice in the fields that only that version has. */
import type { JsonObject } from "../../src/base/json.ts";
import type { Text } from "./document-3.ts";

export function document2(text: Text): JsonObject {
  const ok: JsonObject = {
    "200": { description: text("response description"), schema: { $ref: "#/definitions/Pet" } },
  };
  return {
    swagger: "2.0",
    info: { title: text("info title"), version: text("info version"), description: text("info description") },
    host: "api.example.com",
    basePath: `/${text("basePath")}`,
    schemes: ["https", text("schemes")],
    consumes: ["application/json", text("consumes")],
    produces: ["application/json", text("produces")],
    securityDefinitions: {
      [text("security scheme name")]: { type: "apiKey", in: "header", name: text("apiKey header") },
      flow: {
        type: "oauth2",
        flow: "accessCode",
        authorizationUrl: text("authorizationUrl"),
        tokenUrl: text("tokenUrl"),
        scopes: { [text("scope name")]: text("scope description") },
      },
      odd: { type: "oauth2", flow: text("oauth flow"), tokenUrl: "https://auth.example.com/t", scopes: {} },
    },
    security: [{ [text("security scheme name")]: [] }],
    tags: [{ name: text("tag name"), description: text("tag description") }],
    paths: {
      "/pets": {
        post: {
          operationId: text("operationId"),
          summary: text("operation summary"),
          description: text("operation description"),
          tags: [text("tag name")],
          consumes: [text("operation consumes")],
          parameters: [
            {
              in: "body",
              name: text("body name"),
              description: text("body description"),
              schema: { $ref: "#/definitions/Pet" },
            },
            {
              in: "query",
              name: text("query name"),
              type: "array",
              items: { type: "string", enum: [text("items enum")] },
              collectionFormat: text("collectionFormat"),
              default: [text("query default")],
              "x-example": text("x-example"),
            },
            { in: "header", name: text("header name"), type: text("parameter type"), format: text("parameter format") },
          ],
          responses: ok,
        },
        put: {
          parameters: [
            { in: "formData", name: text("form field"), type: "file", description: text("form field description") },
            { in: "formData", name: "other", type: "string", pattern: text("form pattern") },
          ],
          responses: {
            "200": {
              description: "ok",
              headers: {
                [text("response header")]: { type: "string", description: text("response header description") },
              },
              examples: { [text("example media type")]: text("response example") },
            },
          },
        },
      },
      [`/pets/${text("path key")}/{${text("path placeholder")}}`]: { get: { responses: ok } },
    },
    definitions: {
      Pet: {
        type: "object",
        discriminator: text("discriminator"),
        required: [text("property name")],
        properties: {
          [text("property name")]: { type: "string", description: text("property description") },
          kind: { type: "string", enum: [text("enum")], default: text("default") },
        },
        "x-nullable": text("x-nullable"),
      },
      [text("definition name")]: { allOf: [{ $ref: "#/definitions/Pet" }, { type: "object", title: text("title") }] },
    },
    parameters: { [text("shared parameter")]: { in: "query", name: "shared", type: "string" } },
    responses: { [text("shared response")]: { description: text("shared response description") } },
  };
}
