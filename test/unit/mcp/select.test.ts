import { describe, expect, it } from "vitest";
import { parseSelector } from "../../../src/config/selector.ts";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { generate } from "../../../src/generate.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Selection, Selector } from "../../../src/mcp/curation/curation.ts";
import { nameGlob, pathGlob } from "../../../src/mcp/curation/glob.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";

const answer = { responses: { 200: { description: "", content: { "application/json": { schema: {} } } } } };
const refers = (name: string): JsonObject => ({
  responses: {
    200: {
      description: "",
      content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
    },
  },
});
const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
const document: JsonObject = {
  openapi: "3.1.0",
  info: { title: "Shop", version: "1" },
  servers: [{ url: "https://example.com" }],
  components: {
    schemas: {
      Pet: { type: "object", properties: { owner: { $ref: "#/components/schemas/Owner" } } },
      Owner: { type: "object", properties: { pets: { type: "array", items: { $ref: "#/components/schemas/Pet" } } } },
      Order: { type: "object", properties: { id: { type: "string" } } },
    },
  },
  paths: {
    "/pets": {
      get: { operationId: "listPets", tags: ["pets"], ...refers("Pet") },
      post: { operationId: "createPet", tags: ["pets", "admin"], deprecated: true, ...answer },
    },
    "/pets/search": { post: { operationId: "searchPets", "x-public": true, "x-tier": { b: 1, a: [2] }, ...answer } },
    "/pets/{id}": {
      parameters,
      "x-internal": true,
      "x-public": false,
      get: { operationId: "getPet", tags: ["pets"], ...answer },
      delete: { operationId: "deletePet", "x-internal": false, "x-public": true, ...answer },
    },
    "/v1/orders/{id}/items": {
      parameters,
      get: { operationId: "listOrdersItems", tags: ["orders"], "x-tier": "gold", ...refers("Order") },
    },
  },
};

const selectorOf = (text: string): Selector => {
  const selector = parseSelector(text, { file: "command line", pointer: "" });
  if ("fault" in selector) throw new Error(selector.fault);
  return selector;
};
const selection = (include: readonly string[], exclude: readonly string[] = [], readOnly = false): Selection => ({
  include: include.map(selectorOf),
  exclude: exclude.map(selectorOf),
  readOnly,
});

async function modelOf(value: JsonObject, selected?: Selection): Promise<ServerModel> {
  const stdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(JSON.stringify(value)));
  return (await generate({ inputs: ["-"], stdin, ...(selected === undefined ? {} : { selection: selected }) })).model;
}
const toolsOf = (model: ServerModel): readonly string[] =>
  model.apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools.map(({ listing }) => listing.name))).sort();

const all = ["create_pet", "delete_pet", "get_pet", "list_orders_items", "list_pets", "search_pets"];

describe("a selection", () => {
  it.each<[Selection, readonly string[]]>([
    [selection([]), all],
    [selection(["tag:pets"]), ["create_pet", "get_pet", "list_pets"]],
    [selection(["tag:pets"], ["tag:admin"]), ["get_pet", "list_pets"]],
    [selection(["tag:admin", "tag:orders"]), ["create_pet", "list_orders_items"]],
    [selection(["path:/pets"]), ["create_pet", "list_pets"]],
    [selection(["path:/pets/*"]), ["delete_pet", "get_pet", "search_pets"]],
    [selection(["path:/pets/**"]), ["create_pet", "delete_pet", "get_pet", "list_pets", "search_pets"]],
    [selection(["path:/**/items"]), ["list_orders_items"]],
    [selection(["path:/pets/{id}"]), ["delete_pet", "get_pet"]],
    [selection(["method:post"]), ["create_pet", "search_pets"]],
    [selection(["operation:*Pets"]), ["list_pets", "search_pets"]],
    [selection(["operation:listPets", "operation:search*"]), ["list_pets", "search_pets"]],
    [selection([], ["deprecated"]), all.filter((name) => name !== "create_pet")],
    [selection(["internal"]), ["get_pet"]],
    [selection([], ["internal"]), all.filter((name) => name !== "get_pet")],
    [selection(["x-public"]), ["delete_pet", "search_pets"]],
    [selection(["x-public=false"]), ["get_pet"]],
    [selection(["x-tier=gold"]), ["list_orders_items"]],
    [selection(['x-tier={"a":[2],"b":1}']), ["search_pets"]],
    [selection([], [], true), ["get_pet", "list_orders_items", "list_pets", "search_pets"]],
    [
      { ...selection([]), include: [{ tag: "pets", method: "GET", place: { file: "f", pointer: "" } }] },
      ["get_pet", "list_pets"],
    ],
    [{ ...selection([]), exclude: [{ deprecated: false, place: { file: "f", pointer: "" } }] }, ["create_pet"]],
  ])("%j", async (selected, want) => expect(toolsOf(await modelOf(document, selected))).toEqual(want));

  it("counts what it leaves out, and prunes the schemas and groups that nothing refers to any more", async () => {
    const whole = (await modelOf(document)).apis[0];
    expect([...(whole?.schemas.keys() ?? [])].sort()).toEqual(["Order", "Owner", "Pet"]);
    expect(whole?.leftOut).toBeUndefined();
    const part = (await modelOf(document, selection(["tag:orders", "tag:admin"], [], true))).apis[0];
    expect([...(part?.schemas.keys() ?? [])]).toEqual(["Order"]);
    expect(part?.groups).toHaveLength(1);
    expect(part?.leftOut?.map(({ method, path, reason }) => `${method} ${path}: ${reason}`)).toEqual(
      [
        "GET /pets: it is not selected",
        "POST /pets/search: it is not selected",
        "GET /pets/{id}: it is not selected",
        "DELETE /pets/{id}: it is not selected",
        "POST /pets: it changes something",
      ].sort((one, other) => order.indexOf(one.split(":")[0] ?? "") - order.indexOf(other.split(":")[0] ?? "")),
    );
    const pets = (await modelOf(document, selection(["operation:listPets"]))).apis[0];
    expect([...(pets?.schemas.keys() ?? [])].sort()).toEqual(["Owner", "Pet"]);
  });
  const order = ["GET /pets", "POST /pets/search", "GET /pets/{id}", "DELETE /pets/{id}", "POST /pets"];

  it.each<[Selection, readonly string[]]>([
    [selection(["tag:pet"]), ['No operation fits "tag:pet"; did you mean "tag:pets"?']],
    [selection(["tag:nothing"]), ['No operation fits "tag:nothing"; there are "admin", "orders", "pets"']],
    [selection(["operation:listPetz"]), ['No operation fits "operation:listPetz"; did you mean "operation:listPets"?']],
    [selection([], ["path:/pet"]), ['No operation fits "path:/pet"; did you mean "path:/pets"?']],
    [selection(["method:PUT"]), ['No operation fits "method:PUT"; there are "DELETE", "GET", "POST"']],
    [selection(["x-publik"]), ['No operation fits "x-publik"; did you mean "x-public"?']],
    [selection(["x-public=2"]), ['No operation fits "x-public=2"']],
    [
      { ...selection([]), include: [{ tag: "orders", method: "POST", place: { file: "f", pointer: "/a", line: 3 } }] },
      ['No operation fits "tag:orders" and "method:POST"'],
    ],
    [
      selection(["tag:pets", "tag:x"], ["deprecated", "tag:y"]),
      ['No operation fits "tag:x"; there are', 'No operation fits "tag:y"; there are'],
    ],
  ])("is refused where a part of it fits nothing: %j", async (selected, want) => {
    const error = await modelOf(document, selected).catch((caught: unknown) => caught);
    if (!(error instanceof CompileError)) throw error;
    expect(error.diagnostics.map(({ code }) => code)).toEqual(want.map(() => "unmatched-selector"));
    for (const [index, message] of want.entries()) {
      expect(error.diagnostics[index]?.message).toContain(message);
    }
    expect(error.diagnostics[0]).toMatchObject(selected.include[0]?.place ?? { file: "command line" });
  });

  it.each<[string, Selection]>([
    ["everything", selection([], ["path:/**"])],
    ["everything of one tag", selection(["tag:admin"], ["deprecated"])],
    ["all but reading", selection(["tag:admin"], [], true)],
  ])("is refused where it leaves out %s", async (_name, selected) => {
    await expect(modelOf(document, selected)).rejects.toMatchObject({ diagnostics: [{ code: "empty-selection" }] });
  });

  it("keeps silent about what is wrong with operations that it leaves out", async () => {
    const faulty = structuredClone(document) as { paths: Record<string, object> };
    faulty.paths["/bad"] = { get: 7 };
    faulty.paths["/odd"] = { get: { tags: ["odd"], parameters: [{ name: "a", in: "quary" }], ...answer } };
    const stdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(JSON.stringify(faulty)));
    const plain = await generate({ inputs: ["-"], stdin });
    expect(plain.diagnostics.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["invalid-operation", "invalid-parameter"]),
    );
    const chosen = await generate({ inputs: ["-"], stdin, selection: selection(["tag:pets"]) });
    expect(chosen.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(chosen.model.apis[0]?.skipped).toEqual([]);
  });
});

describe("x-mcp", () => {
  const withMcp = (root: JsonObject | undefined, path: JsonObject | undefined, operation: JsonObject | undefined) => {
    const value = structuredClone(document) as {
      "x-mcp"?: JsonObject;
      paths: { "/pets": { "x-mcp"?: JsonObject; get: { "x-mcp"?: JsonObject } } };
    };
    if (root !== undefined) value["x-mcp"] = root;
    if (path !== undefined) value.paths["/pets"]["x-mcp"] = path;
    if (operation !== undefined) value.paths["/pets"].get["x-mcp"] = operation;
    return value as unknown as JsonObject;
  };
  const listPets = (model: ServerModel) =>
    model.apis[0]?.groups.flatMap(({ tools }) => tools).find(({ operationId }) => operationId === "listPets");

  it("decides at the operation before the path, and there before the document", async () => {
    expect(toolsOf(await modelOf(withMcp({ enabled: false }, undefined, { enabled: true })))).toEqual(["list_pets"]);
    expect(toolsOf(await modelOf(withMcp({ enabled: false }, { enabled: true }, { enabled: false })))).toEqual([
      "create_pet",
    ]);
    expect(toolsOf(await modelOf(withMcp(undefined, { enabled: false }, undefined)))).toEqual(
      all.filter((name) => name !== "create_pet" && name !== "list_pets"),
    );
  });

  it("names, describes and hints", async () => {
    const model = await modelOf(
      withMcp(
        { hints: { openWorld: false, idempotentHint: false } },
        { hints: { idempotent: true } },
        { name: "find_pets", title: "Find", description: "Finds pets.", hints: { destructiveHint: true } },
      ),
    );
    expect(listPets(model)?.listing).toMatchObject({
      name: "find_pets",
      title: "Find",
      description: "Finds pets.",
      annotations: { readOnlyHint: true, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    });
    expect(
      listPets(model)
        ?.reasons.map(({ text }) => text)
        .join(),
    ).toContain("x-mcp");
  });

  it("hints before a selection of what only reads", async () => {
    const value = withMcp(undefined, undefined, { hints: { readOnly: false } });
    expect(toolsOf(await modelOf(value, selection(["tag:pets"], [], true)))).toEqual(["get_pet"]);
  });

  it.each<[JsonObject, string, string]>([
    [{ nam: "x" }, "/paths/~1pets/get/x-mcp/nam", '"x-mcp" has no such field: "nam"; did you mean "name"?'],
    [{ name: 3 }, "/paths/~1pets/get/x-mcp/name", '"x-mcp" needs text for "name"'],
    [{ enabled: "no" }, "/paths/~1pets/get/x-mcp/enabled", '"x-mcp" needs true or false for "enabled"'],
    [{ hints: [] }, "/paths/~1pets/get/x-mcp/hints", '"x-mcp" needs an object for "hints"'],
    [{ hints: { safe: true } }, "/paths/~1pets/get/x-mcp/hints/safe", '"x-mcp" has no such hint: "safe"'],
    [
      { hints: { readOnly: 1 } },
      "/paths/~1pets/get/x-mcp/hints/readOnly",
      '"x-mcp" needs true or false for the hint "readOnly"',
    ],
    [{ scopes: "a" }, "/paths/~1pets/get/x-mcp/scopes", '"x-mcp" needs a list of text for "scopes"'],
  ])("that is malformed is told, and the rest of it used: %j", async (extension, pointer, message) => {
    const value = withMcp(undefined, undefined, { title: "Find", ...extension });
    const stdin = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(JSON.stringify(value, null, 1)));
    const { diagnostics, model } = await generate({ inputs: ["-"], stdin });
    expect(diagnostics.filter(({ code }) => code === "invalid-extension")).toMatchObject([
      { severity: "warning", pointer, message },
    ]);
    expect(diagnostics.find(({ code }) => code === "invalid-extension")?.line).toBeGreaterThan(1);
    expect(listPets(model)?.listing.title).toBe("Find");
  });

  it("has no names above operations, and is told once where it stands", async () => {
    const stdin = (): Promise<Uint8Array> =>
      Promise.resolve(Buffer.from(JSON.stringify(withMcp({ name: "a" }, { title: "b" }, undefined))));
    const { diagnostics } = await generate({ inputs: ["-"], stdin });
    expect(diagnostics.filter(({ code }) => code === "invalid-extension").map(({ pointer }) => pointer)).toEqual([
      "/x-mcp/name",
      "/paths/~1pets/x-mcp/title",
    ]);
  });
});

describe("a glob", () => {
  it.each<[string, string, boolean]>([
    ["/pets", "/pets", true],
    ["/pets", "/pets/", true],
    ["/pets/", "/pets", true],
    ["/pets", "/pets/1", false],
    ["/pets*", "/pets-old", true],
    ["/pets*", "/pets/1", false],
    ["/*/items", "/a/items", true],
    ["/*/items", "/a/b/items", false],
    ["/**/items", "/a/b/items", true],
    ["/**/items", "/items", true],
    ["/v1/**", "/v1", true],
    ["/v1/**", "/v1/a/b", true],
    ["/v1/**", "/v10", false],
    ["/v1**", "/v10/a", true],
    ["**", "/anything/at/all", true],
    ["/{id}.json", "/{id}.json", true],
    ["/a.b", "/axb", false],
    ["/", "/", true],
  ])("%s on %s: %s", (glob, path, fits) => expect(pathGlob(glob)(path)).toBe(fits));

  it("of a name knows no segments, and takes no time for what fits almost", () => {
    expect(nameGlob("pets/*")("pets/list/all")).toBe(true);
    expect(nameGlob("list*")("relist")).toBe(false);
    expect(nameGlob("*a".repeat(50) + "b")("a".repeat(5_000))).toBe(false);
    expect(pathGlob("/**/a".repeat(50) + "/b")("/a".repeat(2_000))).toBe(false);
  });
});
