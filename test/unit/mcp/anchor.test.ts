import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { ServerOptions } from "../../../src/mcp/build.ts";
import { buildLock } from "../../../src/lock/build.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { parseLock } from "../../../src/lock/parse.ts";
import { printJson } from "../../../src/project/json.ts";
import { serverOf } from "../document.ts";

/** `GET /pets listPets` as a document; behind the operationId a summary in brackets, or names of query parameters. */
function documentOf(...lines: readonly string[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const line of lines) {
    const [method = "", path = "", operationId = "-", ...parameters] = line.split(" ");
    (paths[path] ??= {})[method.toLowerCase()] = {
      ...(operationId === "-" ? {} : { operationId }),
      parameters: [
        ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
          name,
          in: "path",
          required: true,
          schema: { type: "string" },
        })),
        ...parameters.map((name) => ({ name, in: "query", schema: { type: "string" } })),
      ],
      responses: {
        200: {
          description: "",
          content: { "application/json": { schema: { type: "object", properties: { [path]: {} } } } },
        },
      },
    };
  }
  return { paths };
}

function generated(document: JsonObject, options: ServerOptions = {}, stem?: string) {
  const { model, found } = serverOf(document, stem, options);
  const lock = parseLock(printJson(buildLock(model, [], "1.0.0"))) as Lock;
  const names = new Map(lock.tools.map(({ name, pointer }) => [pointer.replace("/paths/", ""), name]));
  const told = found.filter(({ code }) => ["moved-operation", "renamed-tool", "dropped-alias"].includes(code));
  return { lock, names: Object.fromEntries(names), told: told.map(({ code, message }) => `${code}: ${message}`) };
}

/** Names by place after a document was replaced by another. */
function after(before: readonly string[], now: readonly string[], options: ServerOptions = {}) {
  return generated(documentOf(...now), { lock: generated(documentOf(...before)).lock, ...options });
}

describe("an API keeps its name", () => {
  const document = { ...documentOf("GET /pets listPets"), info: { title: "The Pet Shop API v2", version: "1" } };
  const lockOf = (api: string): Lock => {
    const { lock } = generated(document);
    return { ...lock, tools: lock.tools.map((tool) => ({ ...tool, api })) };
  };
  const apiOf = (stem: string, options: ServerOptions = {}): readonly string[] => {
    const { data } = serverOf(document, stem, options).model.apis[0] ?? {};
    return [data?.name ?? "", data?.environmentPrefix ?? ""];
  };

  it.each<[string, string, Lock | undefined, readonly string[]]>([
    ["a new one is called as its title is", "v3-api-docs", undefined, ["pet_shop", "PET_SHOP"]],
    ["whatever its file is called", "animals", undefined, ["pet_shop", "PET_SHOP"]],
    ["the file's, which it was called after", "animals", lockOf("animals"), ["animals", "ANIMALS"]],
    ["any that it had", "other", lockOf("zoo"), ["zoo", "ZOO"]],
  ])("%s", (_, stem, lock, want) => expect(apiOf(stem, lock === undefined ? {} : { lock })).toEqual(want));

  it("its file's where the title says nothing", () => {
    const named = (title: string): string | undefined =>
      serverOf({ ...document, info: { title, version: "1" } }, "animals").model.apis[0]?.data.name;
    expect(["API", "OpenAPI 3.1", "动物", "Swagger"].map(named)).toEqual(["animals", "animals", "animals", "animals"]);
  });
});

describe("a tool keeps its name", () => {
  it.each<[string, string[], string[], Record<string, string>]>([
    ["as it is", ["GET /pets listPets"], ["GET /pets listPets"], { "~1pets/get": "list_pets" }],
    ["another operationId", ["GET /pets listPets"], ["GET /pets findAll"], { "~1pets/get": "list_pets" }],
    ["the operationId is gone", ["GET /pets listPets"], ["GET /pets"], { "~1pets/get": "list_pets" }],
    ["an operationId is added", ["GET /pets"], ["GET /pets listPets"], { "~1pets/get": "get_pets" }],
    ["another path", ["GET /pets listPets"], ["GET /v2/animals listPets"], { "~1v2~1animals/get": "list_pets" }],
    ["another method", ["PUT /pets save"], ["POST /pets save"], { "~1pets/post": "save" }],
    ["another parameter name", ["GET /pets/{id}"], ["GET /pets/{petId}"], { "~1pets~1{petId}/get": "get_pets_by_id" }],
    [
      "two that change places keep to their operationIds",
      ["GET /a one", "GET /b two"],
      ["GET /a two", "GET /b one"],
      { "~1a/get": "two", "~1b/get": "one" },
    ],
    [
      "the same operationId twice keeps to its paths",
      ["GET /a list", "GET /b list"],
      ["GET /b list", "GET /a list", "GET /0 list"],
      { "~10/get": "list_3", "~1a/get": "list", "~1b/get": "list_2" },
    ],
    [
      "what looks the same on much the same path, without ids",
      ["GET /v1/pets/{id} - a b", "GET /v1/dogs/{id} - c"],
      ["GET /v2/pets/{id} - a b", "GET /v2/dogs/{id} - c"],
      { "~1v2~1pets~1{id}/get": "get_v1_pets_by_id", "~1v2~1dogs~1{id}/get": "get_v1_dogs_by_id" },
    ],
    [
      "but not what only looks the same",
      ["GET /pets", "GET /health"],
      ["GET /pets", "GET /cats"],
      { "~1pets/get": "get_pets", "~1cats/get": "get_cats" },
    ],
    [
      "nor what is one of two",
      ["GET /v1/shop/pets - a"],
      ["GET /v2/shop/pets - a", "GET /v3/shop/pets - a"],
      { "~1v2~1shop~1pets/get": "get_v2_shop_pets", "~1v3~1shop~1pets/get": "get_v3_shop_pets" },
    ],
    [
      "nor one of two that share its operationId",
      ["GET /a list"],
      ["GET /b list", "GET /c list"],
      { "~1b/get": "list_2", "~1c/get": "list_3" },
    ],
    [
      "and a new one does not take that of one that is gone",
      ["GET /pets list"],
      ["POST /cats list_"],
      { "~1cats/post": "list_2" },
    ],
    [
      "and a new one does not push it aside",
      ["GET /pets list"],
      ["GET /a list-", "GET /pets list"],
      { "~1a/get": "list_2", "~1pets/get": "list" },
    ],
  ])("%s", (_name, before, now, want) => expect(after(before, now).names).toEqual(want));

  it("whatever the order of the operations", () => {
    const before = ["GET /a one", "GET /b two", "GET /c"];
    const now = ["GET /b 2", "GET /c three", "GET /d one", "GET /e two"];
    expect(after([...before].reverse(), [...now].reverse()).lock).toEqual(after(before, now).lock);
  });

  it("when the API's name changes", () => {
    const { lock } = generated(documentOf("GET /pets"));
    expect(generated(documentOf("GET /pets listPets"), { lock }, "shop").names).toEqual({ "~1pets/get": "get_pets" });
  });

  it("when it moved twice, or moved back", () => {
    const first = after(["GET /pets listPets"], ["GET /animals listPets"]).lock;
    const second = generated(documentOf("GET /animals all"), { lock: first });
    expect(second.names).toEqual({ "~1animals/get": "list_pets" });
    expect(second.lock.tools[0]?.formerly).toEqual(["GET /pets", "listPets"]);
    const back = generated(documentOf("GET /pets listPets"), { lock: second.lock });
    expect(back.names).toEqual({ "~1pets/get": "list_pets" });
    expect(back.lock.tools[0]?.formerly).toEqual(["GET /animals", "all"]);
  });

  it("where the document keeps the operation in a path item elsewhere", () => {
    const item = (operationId: string): JsonObject => ({ get: { operationId, responses: {} } });
    const document = (path: string, operationId: string): JsonObject => ({
      paths: { [path]: { $ref: "#/components/pathItems/Pets" } },
      components: { pathItems: { Pets: item(operationId) } },
    });
    const { lock } = generated(document("/pets", "listPets"));
    expect(Object.values(generated(document("/pets", "all"), { lock }).names)).toEqual(["list_pets"]);
  });

  it("and says what moved", () => {
    expect(after(["GET /pets listPets"], ["GET /pets listPets"]).told).toEqual([]);
    expect(after(["GET /pets listPets"], ["GET /animals listPets"]).told).toEqual([
      "moved-operation: The tool list_pets was GET /pets (listPets) and is GET /animals (listPets) now",
    ]);
    expect(after(["GET /v1/pets - a b"], ["GET /v2/pets - a b"]).told).toEqual([
      "moved-operation: The tool get_v1_pets was GET /v1/pets and is GET /v2/pets now, by its likeness",
    ]);
  });

  it("not where the lock says what is no name", () => {
    const { lock } = generated(documentOf("GET /pets listPets"));
    const [tool] = lock.tools;
    for (const name of ["__proto__", "a b", "A", "", "x".repeat(51), "${x}"]) {
      const damaged = { ...lock, tools: tool === undefined ? [] : [{ ...tool, name }] };
      expect(generated(documentOf("GET /pets listPets"), { lock: damaged }).names).toEqual({
        "~1pets/get": "list_pets",
      });
    }
  });

  it("alone, where a lock has it twice", () => {
    const { lock } = generated(documentOf("GET /a one", "GET /b two"));
    const tools = lock.tools.map((tool) => ({ ...tool, name: "one" }));
    expect(
      Object.values(generated(documentOf("GET /a one", "GET /b two"), { lock: { ...lock, tools } }).names),
    ).toEqual(["one", "two"]);
  });
});

describe("a name that is given up", () => {
  const { lock } = generated(documentOf("GET /pets listPets", "GET /cats cats"));
  const renewed = generated(documentOf("GET /pets findAll", "GET /cats cats"), {
    lock,
    renameTools: true,
    today: "2026-01-31",
  });

  it("stays callable for ninety days, and is told with what it means for clients", () => {
    expect(renewed.names).toEqual({ "~1pets/get": "find_all", "~1cats/get": "cats" });
    expect(renewed.lock.aliases).toEqual([{ name: "list_pets", tool: "find_all", until: "2026-05-01" }]);
    expect(renewed.told).toContain(
      "renamed-tool: The tool list_pets is called find_all now; the old name stays callable until 2026-05-01, but allow and deny lists that hold it (also as mcp__<server>__list_pets) stop matching",
    );
  });

  it("ends on the same day however often the project is generated again", () => {
    const again = generated(documentOf("GET /pets findAll", "GET /cats cats"), {
      lock: renewed.lock,
      today: "2026-04-01",
    });
    expect(again.lock).toEqual(renewed.lock);
    expect(again.told).toEqual([]);
  });

  it("ends when the owner says", () => {
    const curation = { tools: [], prompts: [], aliases: { until: "2030-12-31" } };
    const { aliases } = generated(documentOf("GET /pets findAll", "GET /cats cats"), {
      lock: renewed.lock,
      curation,
    }).lock;
    expect(aliases).toEqual([{ name: "list_pets", tool: "find_all", until: "2030-12-31" }]);
  });

  it("follows its tool, and ends with it", () => {
    const next = generated(documentOf("GET /pets search", "GET /cats cats"), {
      lock: renewed.lock,
      renameTools: true,
      today: "2026-02-01",
    });
    expect(next.lock.aliases).toEqual([
      { name: "find_all", tool: "search", until: "2026-05-02" },
      { name: "list_pets", tool: "search", until: "2026-05-01" },
    ]);
    expect(generated(documentOf("GET /cats cats"), { lock: next.lock }).lock.aliases).toBeUndefined();
  });

  it("is never made anew for another tool", () => {
    const { names } = generated(documentOf("GET /pets findAll", "GET /cats cats", "GET /0 listPets"), {
      lock: renewed.lock,
    });
    expect(names["~10/get"]).toBe("list_pets_2");
  });

  it("is its tool's again where that is named so", () => {
    const back = generated(documentOf("GET /pets listPets", "GET /cats cats"), {
      lock: { ...renewed.lock, aliases: [] },
      renameTools: true,
    });
    expect(back.names["~1pets/get"]).toBe("list_pets");
    expect(back.lock.aliases).toEqual([{ name: "find_all", tool: "list_pets" }]);
  });
});
