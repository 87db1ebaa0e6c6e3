/** An OpenAPI 3.1 document with a text of the test's choice in every field that takes one. */
import type { JsonObject } from "../../src/base/json.ts";

/** The text for a field, which is named by its place in the document. */
export type Text = (field: string) => string;

/**
 * The document. Fields whose value decides whether their parent can be read at all stand in operations of their own,
 * so that the others are reached whatever the text is.
 */
export function document3(text: Text): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: text("info title"),
      summary: text("info summary"),
      description: text("info description"),
      version: text("info version"),
      termsOfService: text("info termsOfService"),
      contact: { name: text("contact name"), url: text("contact url"), email: text("contact email") },
      license: { name: text("license name"), url: text("license url"), identifier: text("license identifier") },
      "x-logo": text("info extension"),
    },
    jsonSchemaDialect: text("jsonSchemaDialect"),
    servers: [
      { url: "https://api.example.com/{part}", description: text("server description"), variables: variables(text) },
      { url: `https://api.example.com/${text("server url")}`, description: "second" },
      { url: text("server url whole") },
    ],
    tags: [
      {
        name: text("tag name"),
        description: text("tag description"),
        summary: text("tag summary"),
        parent: text("tag parent"),
        kind: text("tag kind"),
        externalDocs: { url: text("tag externalDocs url"), description: text("tag externalDocs description") },
      },
    ],
    externalDocs: { url: text("externalDocs url"), description: text("externalDocs description") },
    security: [{ [text("security scheme name")]: [text("security scope")] }, {}],
    paths: { ...operations(text), ...shapesOfRequests(text), ...oddities(text) },
    webhooks: { [text("webhook name")]: { post: { summary: text("webhook summary"), responses: {} } } },
    components: components(text),
    [`x-${text("root extension key")}`]: text("root extension"),
  };
}

function variables(text: Text): JsonObject {
  return {
    part: {
      default: text("server variable default"),
      description: text("server variable description"),
      enum: [text("server variable enum"), text("server variable default")],
    },
    [text("server variable name")]: { default: "x" },
  };
}

function operations(text: Text): JsonObject {
  const ok: JsonObject = { "200": { description: text("response description") } };
  return {
    "/first": {
      summary: text("path summary"),
      description: text("path description"),
      servers: [{ url: `https://path.example.com/${text("path server url")}`, description: text("path server") }],
      get: {
        operationId: text("operationId"),
        summary: text("operation summary"),
        description: text("operation description"),
        tags: [text("tag name"), text("second tag")],
        externalDocs: { url: text("operation externalDocs url"), description: text("operation externalDocs") },
        servers: [{ url: `https://op.example.com/${text("operation server url")}` }],
        "x-codeSamples": [{ lang: text("x-codeSamples lang"), source: text("x-codeSamples source") }],
        "x-mcp-header": text("x-mcp-header of an operation"),
        "x-speakeasy-name-override": text("x-speakeasy-name-override"),
        parameters: parameters(text),
        callbacks: { [text("callback name")]: { [text("callback expression")]: { post: { responses: ok } } } },
        responses: {
          ...ok,
          [text("status code")]: { description: text("odd response description") },
          "4XX": {
            description: text("error description"),
            headers: { [text("response header name")]: { description: text("response header description") } },
            content: { "application/problem+json": { schema: { type: "string", title: text("error title") } } },
            links: {
              [text("link name")]: {
                operationId: text("link operationId"),
                description: text("link description"),
                parameters: { [text("link parameter")]: text("link expression") },
              },
            },
          },
        },
      },
    },
    [`/${text("path key")}`]: { get: { responses: ok } },
    [`/named/{${text("path placeholder")}}`]: { get: { responses: ok } },
    [`/untagged/${text("path segment")}/list`]: { get: { tags: [text("undeclared tag")], responses: list(text) } },
  };
}

function parameters(text: Text): JsonObject[] {
  const locations = ["query", "header", "cookie"] as const;
  return [
    ...locations.map((location) => ({
      name: text(`${location} parameter name`),
      in: location,
      description: text(`${location} parameter description`),
      example: text(`${location} parameter example`),
      schema: { type: "string", default: text(`${location} parameter default`) },
      "x-mcp-header": text("x-mcp-header of a parameter"),
    })),
    {
      name: "examples",
      in: "query",
      examples: { [text("example name")]: { summary: text("example summary"), value: text("example value") } },
      schema: { type: "string" },
    },
    { name: "styled", in: "query", style: text("parameter style"), schema: { type: "string" } },
    { name: "nowhere", in: text("parameter in"), schema: { type: "string" } },
    {
      name: "content",
      in: "query",
      content: { [text("parameter media type")]: { schema: { type: "object", title: text("content title") } } },
    },
  ];
}

function list(text: Text): JsonObject {
  return {
    "200": {
      description: "ok",
      content: {
        "application/json": {
          schema: { type: "array", items: { $ref: "#/components/schemas/Kinds" } },
          example: [text("response example")],
          examples: { [text("response example name")]: { value: [text("response example value")] } },
        },
        [text("response media type")]: { schema: { type: "string" } },
      },
    },
  };
}

function shapesOfRequests(text: Text): JsonObject {
  const responses: JsonObject = { default: { description: text("default response description") } };
  const schema: JsonObject = { $ref: "#/components/schemas/Kinds" };
  return {
    "/json": {
      post: {
        deprecated: text("deprecated"),
        requestBody: {
          description: text("body description"),
          required: text("body required"),
          content: { "application/json": { schema, example: { a: text("body example") } } },
        },
        responses,
      },
    },
    "/odd-media-type": {
      post: { requestBody: { content: { [text("body media type")]: { schema } } }, responses },
      put: { requestBody: { content: { [`text/${text("body media subtype")}`]: { schema } } }, responses },
      patch: {
        requestBody: { content: { [`text/plain; charset=${text("media type parameter")}`]: { schema } } },
        responses,
      },
    },
    "/form": {
      post: {
        requestBody: {
          content: {
            "multipart/form-data": {
              schema: { type: "object", properties: { [text("form field")]: { type: "string", format: "binary" } } },
              encoding: {
                [text("form field")]: {
                  contentType: text("encoding contentType"),
                  style: text("encoding style"),
                  headers: { [text("encoding header")]: { schema: { type: "string" } } },
                },
              },
            },
          },
        },
        responses,
      },
    },
  };
}

function oddities(text: Text): JsonObject {
  const responses: JsonObject = { "200": { description: "ok" } };
  return {
    "/references": {
      get: {
        parameters: [{ $ref: text("$ref whole") }, { $ref: `#/components/parameters/${text("$ref pointer")}` }],
        responses: { "200": { $ref: `./${text("$ref file")}.yaml#/x` } },
      },
    },
    "/methods": {
      [text("method")]: { responses },
      additionalOperations: { [text("additional method")]: { responses } },
    },
    "/security": {
      get: { security: [{ [text("unknown scheme")]: [] }, { [text("oauth scheme name")]: ["read"] }], responses },
    },
    "/keyless": { get: { operationId: `__proto__${text("operationId tail")}`, responses } },
    [text("path without a slash")]: { get: { responses } },
  };
}

function components(text: Text): JsonObject {
  const flow: JsonObject = {
    authorizationUrl: `https://auth.example.com/${text("authorizationUrl")}`,
    tokenUrl: `https://auth.example.com/${text("tokenUrl")}`,
    refreshUrl: text("refreshUrl"),
    scopes: { read: text("scope description"), [text("scope name")]: "s" },
  };
  return {
    schemas: {
      Kinds: kinds(text),
      [text("component name")]: { type: "object", properties: { own: { type: "string" } } },
    },
    securitySchemes: {
      [text("security scheme name")]: {
        type: "apiKey",
        in: "header",
        name: text("apiKey header"),
        description: text("scheme description"),
      },
      queryKey: { type: "apiKey", in: "query", name: text("apiKey query") },
      cookieKey: { type: "apiKey", in: "cookie", name: text("apiKey cookie") },
      bearer: { type: "http", scheme: "bearer", bearerFormat: text("bearerFormat") },
      odd: { type: "http", scheme: text("http scheme") },
      stranger: { type: text("scheme type") },
      [text("oauth scheme name")]: { type: "oauth2", flows: { authorizationCode: flow, clientCredentials: flow } },
      connect: { type: "openIdConnect", openIdConnectUrl: `https://auth.example.com/${text("openIdConnectUrl")}` },
    },
  };
}

/** An object with a property for each keyword of a schema. */
function kinds(text: Text): JsonObject {
  return {
    type: "object",
    title: text("schema title"),
    description: text("schema description"),
    $id: text("$id"),
    $anchor: text("$anchor"),
    $comment: text("$comment"),
    $schema: text("$schema"),
    required: [text("property name"), text("required")],
    "x-mcp-header": text("x-mcp-header of a schema"),
    properties: {
      [text("property name")]: { type: "string", description: text("property description") },
      default: { type: "string", default: text("default") },
      example: { type: "string", example: text("schema example"), examples: [text("schema examples")] },
      const: { const: text("const") },
      enum: {
        type: "string",
        enum: ["a", text("enum")],
        "x-enum-varnames": ["A", text("x-enum-varnames")],
        "x-enumNames": ["A", text("x-enumNames")],
        "x-enum-descriptions": ["A", text("x-enum-descriptions")],
      },
      format: { type: "string", format: text("format") },
      pattern: { type: "string", pattern: text("pattern") },
      type: { type: text("type") },
      types: { type: ["string", text("type list")] },
      multipleOf: { type: "number", multipleOf: text("multipleOf") },
      minimum: { type: "number", minimum: text("minimum"), maximum: text("maximum") },
      exclusive: { type: "number", exclusiveMinimum: text("exclusiveMinimum") },
      lengths: { type: "string", minLength: text("minLength"), maxLength: text("maxLength") },
      items: { type: "array", minItems: text("minItems"), items: { type: "string", title: text("items title") } },
      media: {
        type: "string",
        contentMediaType: text("contentMediaType"),
        contentEncoding: text("contentEncoding"),
      },
      reference: { $ref: `#/components/schemas/${text("$ref schema")}` },
      dynamic: { $dynamicRef: text("$dynamicRef"), $dynamicAnchor: text("$dynamicAnchor") },
      union: {
        oneOf: [{ $ref: "#/components/schemas/Kinds" }, { type: "object", title: text("variant title") }],
        discriminator: {
          propertyName: text("discriminator propertyName"),
          mapping: { [text("discriminator mapping key")]: text("discriminator mapping value") },
        },
      },
      map: { type: "object", additionalProperties: { type: "string", description: text("additionalProperties") } },
      patterned: { type: "object", patternProperties: { [text("patternProperties key")]: { type: "string" } } },
      dependent: {
        type: "object",
        dependentRequired: { [text("dependentRequired key")]: [text("dependentRequired")] },
      },
      xml: { type: "string", xml: { name: text("xml name"), namespace: text("xml namespace") } },
      docs: { type: "string", externalDocs: { url: text("schema externalDocs") } },
      deprecated: { type: "string", deprecated: text("schema deprecated"), readOnly: text("readOnly") },
      unknown: { [text("unknown keyword")]: text("unknown keyword value"), "x-go-type": text("x-go-type") },
      $defs: { $defs: { [text("$defs name")]: { type: "string" } } },
    },
  };
}
