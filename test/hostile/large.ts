/** Documents that are small or plain, and cost much to read: built here, by name. */
type Json = Record<string, unknown>;

const schemas = "#/components/schemas/";
const list = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const map = (count: number, make: (index: number) => [string, unknown]): Json => Object.fromEntries(list(count, make));
const text = { type: "string" };
const responses = { 200: { description: "ok" } };
const post = (schema: unknown, operationId = "x"): Json => ({
  post: { operationId, requestBody: { content: { "application/json": { schema } } }, responses },
});
const get = (parameters: unknown[]): Json => ({ "/x": { get: { operationId: "x", parameters, responses } } });
const start = { $ref: `${schemas}S0` };
const ref = (index: number) => ({ $ref: `${schemas}S${index}` });
const openapi = (given: Json): Json => ({
  openapi: "3.1.0",
  info: { title: "T", version: "1" },
  servers: [{ url: "https://api.example.com" }],
  paths: { "/x": { get: { operationId: "x", responses } } },
  ...given,
});
const withSchemas = (count: number, make: (index: number) => unknown, paths: Json = { "/x": post(start) }): Json =>
  openapi({ paths, components: { schemas: map(count, (index) => [`S${index}`, make(index)]) } });
const nested = (depth: number): unknown =>
  list(depth, (index) => index).reduce<unknown>(
    (inner, index) => ({ type: "object", properties: { [`n${index}`]: inner, o: text } }),
    text,
  );

export const largeDocuments: Readonly<Record<string, () => Json>> = {
  "a pattern that backtracks for ever": () =>
    openapi({
      paths: get([{ name: "q", in: "query", schema: { ...text, pattern: "^(a+)+$", enum: [`${"a".repeat(50)}!`] } }]),
    }),
  "300 schemas in rings": () =>
    withSchemas(300, (index) => ({
      type: "object",
      properties: { a: ref((index + 1) % 300), b: ref((index + 7) % 300), c: ref((index + 31) % 300) },
    })),
  "50 schemas that all refer to each other": () =>
    withSchemas(50, () => ({ type: "object", properties: map(50, (index) => [`p${index}`, ref(index)]) })),
  "500 alternatives, 1,000 mappings": () =>
    withSchemas(500, (index) => ({ type: "object", properties: { k: text, [`v${index}`]: text }, required: ["k"] }), {
      "/x": post({
        oneOf: list(500, ref),
        discriminator: {
          propertyName: "k",
          mapping: map(1_000, (index) => [`m${index}`, `${schemas}S${index % 500}`]),
        },
      }),
    }),
  "a reference from 20,000 places": () =>
    withSchemas(1, () => ({ type: "object", properties: map(20, (index) => [`f${index}`, text]) }), {
      "/x": post({ type: "object", properties: map(20_000, (index) => [`p${index}`, start]) }),
    }),
  "a deep schema in 2,000 operations": () =>
    withSchemas(
      1,
      () => nested(60),
      map(2_000, (index) => [`/x${index}`, post(start, `x${index}`)]),
    ),
  "a ladder of allOf": () =>
    withSchemas(40, (index) =>
      index < 39 ? { allOf: [ref(index + 1), ref(index + 1)] } : { type: "object", properties: { a: text } },
    ),
  "a ladder of anyOf": () =>
    withSchemas(40, (index) =>
      index < 39
        ? { anyOf: [ref(index + 1), ref(index + 1), { type: "integer" }] }
        : { type: "object", properties: { a: text } },
    ),
  "20,000 server variables": () =>
    openapi({
      servers: [
        {
          url: `https://api.example.com/${list(20_000, (index) => `{v${index}}`).join("/")}`,
          variables: map(20_000, (index) => [`v${index}`, { default: "d" }]),
        },
      ],
    }),
  "20,000 servers": () =>
    openapi({
      servers: list(20_000, (index) => ({
        url: `https://h${index}.example.com/{v}`,
        variables: { v: { default: "a", enum: ["a", "b"] } },
      })),
    }),
  "100,000 values": () =>
    openapi({
      paths: get([{ name: "q", in: "query", schema: { ...text, enum: list(100_000, (index) => `value${index}`) } }]),
    }),
  "50,000 parameters": () =>
    openapi({ paths: get(list(50_000, (index) => ({ name: `p${index}`, in: "query", schema: text }))) }),
  "10,000 tags": () =>
    openapi({
      tags: list(10_000, (index) => ({ name: `t${index}` })),
      paths: map(2_000, (index) => [`/x${index}`, { get: { tags: [`t${index}`], responses } }]),
    }),
  "10,000 ways to authenticate at once": () =>
    openapi({
      components: {
        securitySchemes: map(5_000, (index) => [`s${index}`, { type: "apiKey", in: "header", name: `X-${index}` }]),
      },
      security: [map(5_000, (index) => [`s${index}`, []])],
    }),
  "20,000 references to nothing": () =>
    withSchemas(3_000, () => text, {
      "/x": post({
        type: "object",
        properties: map(20_000, (index) => [`p${index}`, { $ref: `${schemas}N${index}` }]),
      }),
    }),
  "5,000 variables in one path": () =>
    openapi({
      paths: {
        [`/${list(5_000, (index) => `{v${index}}`).join("/")}`]: {
          get: {
            operationId: "x",
            parameters: list(5_000, (index) => ({ name: `v${index}`, in: "path", required: true, schema: text })),
            responses,
          },
        },
      },
    }),
  "5,000 alternatives": () =>
    openapi({
      paths: {
        "/x": post({
          oneOf: list(5_000, (index) => ({
            type: "object",
            properties: { [`p${index}`]: text },
            required: [`p${index}`],
          })),
        }),
      },
    }),
  "150 schemas that all refer to each other": () =>
    withSchemas(150, () => ({ type: "object", properties: map(150, (index) => [`p${index}`, ref(index)]) })),
  "allOf of 5,000 members": () =>
    openapi({
      paths: {
        "/x": post({
          allOf: list(5_000, (index) => ({
            type: "object",
            properties: { [`p${index}`]: text },
            required: [`p${index}`],
          })),
        }),
      },
    }),
  "allOf of 2,000 unions": () =>
    openapi({
      paths: {
        "/x": post({
          allOf: list(2_000, (index) => ({ anyOf: [{ required: [`a${index}`] }, { required: [`b${index}`] }] })),
        }),
      },
    }),
  "allOf of 100 long lists of values": () =>
    openapi({
      paths: {
        "/x": post({
          type: "object",
          properties: { a: { allOf: list(100, (index) => ({ enum: list(2_000, (value) => `v${value + index}`) })) } },
        }),
      },
    }),
  "1,000 operationIds of 5,000 words": () =>
    openapi({
      paths: map(1_000, (index) => [`/x${index}`, { get: { operationId: "aB".repeat(5_000) + index, responses } }]),
    }),
  "20,000 parameters without Latin letters": () =>
    openapi({
      paths: get(list(20_000, (index) => ({ name: String.fromCharCode(0x4e00 + index), in: "query", schema: text }))),
    }),
  "10,000 ways to authenticate, each enough": () =>
    openapi({
      components: {
        securitySchemes: map(10_000, (index) => [`s${index}`, { type: "apiKey", in: "header", name: `X-${index}` }]),
      },
      security: list(10_000, (index) => ({ [`s${index}`]: [] })),
    }),
  "50,000 values in 1,000 operations": () =>
    withSchemas(
      1,
      () => ({ ...text, enum: list(50_000, (index) => `value${index}`) }),
      map(1_000, (index) => [`/x${index}`, post({ type: "object", properties: { a: start } }, `x${index}`)]),
    ),
  "a default of 1 MB in 1,000 operations": () =>
    openapi({
      paths: map(1_000, (index) => [
        `/x${index}`,
        { get: { parameters: [{ $ref: "#/components/parameters/P" }], responses } },
      ]),
      components: {
        parameters: { P: { name: "p", in: "query", schema: { ...text, default: "text ".repeat(200_000) } } },
      },
    }),
  "50,000 operations": () => openapi({ paths: map(50_000, (index) => [`/x${index}`, { get: { responses } }]) }),
  "a description of 1 MB in 1,000 operations": () =>
    openapi({
      paths: map(1_000, (index) => [
        `/x${index}`,
        { get: { parameters: [{ $ref: "#/components/parameters/P" }], responses } },
      ]),
      components: {
        parameters: { P: { name: "p", in: "query", description: "Some text. ".repeat(100_000), schema: text } },
      },
    }),
  "a pattern of 400 kB in 1,000 operations": () =>
    openapi({
      paths: map(1_000, (index) => [
        `/x${index}`,
        { get: { parameters: [{ $ref: "#/components/parameters/P" }], responses } },
      ]),
      components: {
        parameters: {
          P: {
            name: "p",
            in: "query",
            schema: { ...text, pattern: `^(?:${list(50_000, (index) => `v${index}`).join("|")})$` },
          },
        },
      },
    }),
  "200 alternatives with the same 100 properties": () =>
    withSchemas(200, () => ({ type: "object", properties: map(100, (index) => [`f${index}`, text]) }), {
      "/x": post({ oneOf: list(200, ref) }),
    }),
  "1,000 media types of a body that 1,000 operations share": () =>
    openapi({
      paths: map(1_000, (index) => [
        `/x${index}`,
        { post: { operationId: `x${index}`, requestBody: { $ref: "#/components/requestBodies/B" }, responses } },
      ]),
      components: {
        requestBodies: { B: { content: map(1_000, (index) => [`application/a${index}`, { schema: text }]) } },
      },
    }),
};
