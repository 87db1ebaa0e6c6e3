/** What a model sees differently after a change of the document: the difference, its severity, its reason. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { compareSurfaces, type SurfaceDiff } from "../../../src/surface/diff.ts";
import { buildLock } from "../../../src/lock/build.ts";
import type { LockedTool } from "../../../src/lock/lock.ts";
import { summaryLine } from "../../../src/surface/summary.ts";
import { type Surface, surfaceOfLock, surfaceOfModel } from "../../../src/surface/surface.ts";
import { serverOf } from "../document.ts";

const surface = (document: JsonObject, stem?: string): Surface => surfaceOfModel(serverOf(document, stem).model);
const locked = (document: JsonObject): Surface => surfaceOfLock(buildLock(serverOf(document).model, [], "1"));
const diff = (before: JsonObject, after: JsonObject): SurfaceDiff => compareSurfaces(surface(before), surface(after));
const lines = ({ differences }: SurfaceDiff): readonly string[] =>
  differences.map(({ severity, subject, text }) => `${severity} ${subject.name} ${text}`);

/** A document with one operation, `GET /pets`, beside what else it has. */
const pets = (operation: JsonObject, more: JsonObject = {}): JsonObject => ({
  servers: [{ url: "https://a.example" }],
  paths: { "/pets": { get: { operationId: "listPets", summary: "List pets", responses: {}, ...operation } }, ...more },
});
const query = (name: string, schema: JsonObject = { type: "string" }, more: JsonObject = {}): JsonObject => ({
  parameters: [{ name, in: "query", schema, ...more }],
});
const answer = (properties: JsonObject): JsonObject => ({
  responses: { 200: { content: { "application/json": { schema: { type: "object", properties } } } } },
});
const other: JsonObject = { "/owners": { get: { operationId: "listOwners", responses: {} } } };

describe("a tool", () => {
  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ["is the same", pets({}), pets({}), []],
    ["is new", pets({}), pets({}, other), ["minor list_owners is a new tool"]],
    ["is gone", pets({}, other), pets({}), ["major list_owners is no tool any more"]],
    ["is renamed", pets({ operationId: "allPets" }), pets({}), ['major list_pets is the new name of "all_pets"']],
    [
      "moved",
      { paths: { "/v1/pets": { get: { operationId: "a", summary: "s", responses: {} } } } },
      { paths: { "/v2/pets": { get: { operationId: "a", summary: "s", responses: {} } } } },
      ["patch a calls GET /v2/pets instead of GET /v1/pets"],
    ],
    [
      "moved without an operationId",
      { paths: { "/v1/pets": { get: { summary: "s", responses: {} } } } },
      { paths: { "/v2/pets": { get: { summary: "s", responses: {} } } } },
      [
        'major get_v2_pets is the new name of "get_v1_pets"',
        "patch get_v2_pets calls GET /v2/pets instead of GET /v1/pets",
      ],
    ],
    [
      "reads no more",
      pets({ operationId: "pets" }),
      { ...pets({}), paths: { "/pets": { post: { operationId: "pets", summary: "List pets", responses: {} } } } },
      [
        "major pets has readOnlyHint false instead of true",
        "major pets has idempotentHint false instead of true",
        "patch pets calls POST /pets instead of GET /pets",
      ],
    ],
    [
      "has another summary",
      pets({}),
      pets({ summary: "Lists pets" }),
      ["patch list_pets has another title", "patch list_pets has another description"],
    ],
    ["has another argument", pets({}), pets(query("limit")), ['minor list_pets has a new argument "limit"']],
    [
      "needs another argument",
      pets({}),
      pets(query("limit", {}, { required: true })),
      ['major list_pets has a new required argument "limit"'],
    ],
    ["has an argument less", pets(query("limit")), pets({}), ['major list_pets has no argument "limit" any more']],
    [
      "needs an argument",
      pets(query("limit", { type: "string", minLength: 1 })),
      pets(query("limit", { type: "string", minLength: 1 }, { required: true })),
      ['major list_pets requires its argument "limit"'],
    ],
    [
      "needs it no more",
      pets(query("limit", { type: "string", minLength: 1 }, { required: true })),
      pets(query("limit", { type: "string", minLength: 1 })),
      ['minor list_pets does not require its argument "limit" any more'],
    ],
    [
      "takes less",
      pets(query("limit", { type: "integer", maximum: 100 })),
      pets(query("limit", { type: "integer", maximum: 50 })),
      ['major list_pets "limit" has maximum 50 instead of 100'],
    ],
    [
      "takes more",
      pets(query("status", { type: "string", enum: ["a"] })),
      pets(query("status", { type: "string", enum: ["a", "b"] })),
      ['minor list_pets "status" takes "b" too'],
    ],
    [
      "takes another type",
      pets(query("limit", { type: "integer" })),
      pets(query("limit", { type: "boolean" })),
      ['major list_pets "limit" takes boolean instead of integer'],
    ],
    [
      "has another default",
      pets(query("limit", { type: "integer", default: 1 })),
      pets(query("limit", { type: "integer", default: 2 })),
      ['minor list_pets "limit" has default 2 instead of 1'],
    ],
    [
      "describes an argument otherwise",
      pets(query("limit", {}, { description: "How many." })),
      pets(query("limit", {}, { description: "At most." })),
      ['patch list_pets "limit" has another description'],
    ],
    [
      "describes its answers",
      pets({}),
      pets(answer({ id: { type: "integer" } })),
      ["minor list_pets lists an output schema now"],
    ],
    [
      "describes them no more",
      pets(answer({ id: { type: "integer" } })),
      pets({}),
      ["minor list_pets lists no output schema any more"],
    ],
    [
      "answers with more",
      pets(answer({ a: {} })),
      pets(answer({ a: {}, b: {} })),
      ['minor list_pets answers with a field "b"'],
    ],
    [
      "answers with less",
      pets(answer({ a: {}, b: {} })),
      pets(answer({ a: {} })),
      ['major list_pets answers without the field "b"'],
    ],
    [
      "answers with another type",
      pets(answer({ a: { type: "integer" } })),
      pets(answer({ a: { type: "string" } })),
      ['major list_pets answers with the field "a" as string, not integer'],
    ],
    [
      "answers in other words",
      pets(answer({ a: { type: "integer", description: "x" } })),
      pets(answer({ a: { type: "integer", description: "y" } })),
      ['patch list_pets describes the field "a" of answers in other words'],
    ],
  ])("%s", (_, before, after, want) => expect(lines(diff(before, after))).toEqual(want));

  it("whose argument has another name calls the same parameter", () => {
    const body = (name: string): JsonObject => ({
      requestBody: {
        content: { "application/json": { schema: { type: "object", properties: { [name]: { type: "string" } } } } },
      },
    });
    const operation = (more: JsonObject): JsonObject => ({
      paths: { "/pets/{id}": { put: { operationId: "put", summary: "s", responses: {}, ...more } } },
    });
    const path = { parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }] };
    const header = { parameters: [...path.parameters, { name: "tag", in: "header", schema: { type: "string" } }] };
    const { differences } = diff(operation({ ...path, ...body("tag") }), operation({ ...header, ...body("tag") }));
    expect(differences.map(({ severity, kind, at }) => [severity, kind, at])).toEqual([
      ["major", "argument-replaced", "tag"],
      ["major", "argument-renamed", "body_tag"],
      ["patch", "argument-described", "body_tag"],
    ]);
  });

  it("is found by what a lock says that it was called before", () => {
    const entry = { api: "a", pointer: "/paths/~1a/get", description: "1", input: "1", hints: "1", tokens: 1 };
    const lock = (tool: Partial<LockedTool>): Surface =>
      surfaceOfLock({
        lockVersion: 1,
        generator: "1",
        files: [],
        userFiles: [],
        tools: [{ name: "x", ...entry, ...tool }],
      });
    const before = lock({ name: "old", operationId: "one" });
    const after = lock({
      name: "new",
      operationId: "two",
      pointer: "/paths/~1b/get",
      input: "2",
      formerly: ["one"],
    });
    expect(lines(compareSurfaces(before, after))).toContain('major new is the new name of "old"');
    expect(lines(compareSurfaces(after, before))).toContain('major old is the new name of "new"');
  });

  it("does something else where names were swapped", () => {
    const named = (first: string, second: string): JsonObject => ({
      paths: {
        "/a": { get: { operationId: first, summary: "A", responses: {} } },
        "/b": { get: { operationId: second, summary: "B", responses: {} } },
      },
    });
    const swapped = diff(named("x", "y"), named("y", "x"));
    expect(
      swapped.differences.filter(({ kind }) => kind === "tool-replaced").map(({ subject }) => subject.name),
    ).toEqual(["y", "x"]);
    expect(swapped.verdict).toBe("major");
  });

  it("is named in a warning where permission lists miss it", () => {
    expect(diff(pets({ operationId: "allPets" }, other), pets({})).warnings).toEqual([
      'Allow and deny lists that name "all_pets" or "mcp__petstore__all_pets" do not match this tool any more: write "list_pets"',
      'Allow and deny lists that name "list_owners" or "mcp__petstore__list_owners" match nothing any more: remove the entry',
    ]);
  });

  it("that is renamed may be called by its old name", () => {
    const alias = { name: "all_pets", tool: "list_pets", until: "2026-12-31" };
    const before = surface(pets({ operationId: "allPets" }));
    const after = { ...surface(pets({})), aliases: [alias] };
    const { differences, verdict } = compareSurfaces(before, after);
    expect(differences).toMatchObject([
      {
        kind: "tool-renamed-with-alias",
        text: 'is the new name of "all_pets", which still works until 2026-12-31',
        reason: "Calls by the old name still work for a time, but permission lists on it match no more",
      },
    ]);
    expect(verdict).toBe("major");
    expect(lines(compareSurfaces(after, surface(pets({}))))).toEqual([
      'major list_pets is not called by its old name "all_pets" any more',
    ]);
  });

  it("asks for other credentials", () => {
    const secured = (...security: readonly JsonObject[]): JsonObject => ({
      ...pets({ security }),
      components: {
        securitySchemes: {
          key: { type: "apiKey", in: "header", name: "k" },
          token: { type: "http", scheme: "bearer" },
        },
      },
    });
    expect(lines(diff(secured({ key: [] }), secured({ key: [] }, { token: [] })))).toEqual([
      "minor list_pets takes key or token instead of key as credentials",
      'minor https://a.example receives the http credential "token" of petstore',
    ]);
    expect(lines(diff(secured({ key: [] }), secured({ key: [], token: [] })))[0]).toBe(
      "major list_pets takes key with token instead of key as credentials",
    );
    expect(lines(diff(pets({}), secured({ key: [] })))[0]).toBe(
      "major list_pets takes key instead of none as credentials",
    );
    expect(lines(diff(secured({ key: [] }), secured({}, { key: [] })))[0]).toBe(
      "minor list_pets takes none or key instead of key as credentials",
    );
  });
});

describe("the server", () => {
  const item = {
    get: {
      operationId: "getPet",
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      responses: {},
    },
  };
  const list = { 200: { content: { "application/json": { schema: { type: "array", items: {} } } } } };

  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    [
      "has another title and version",
      { ...pets({}), info: { title: "Petstore API", version: "1" } },
      { ...pets({}), info: { title: "The Petstore", version: "2" } },
      ["patch petstore has another title", "patch petstore has another version"],
    ],
    [
      "sends data to another host",
      pets({}),
      { ...pets({}), servers: [{ url: "https://b.example/v2" }] },
      ["major https://b.example receives the calls of petstore instead of https://a.example"],
    ],
    [
      "sends data to another path of the host",
      pets({}),
      { ...pets({}), servers: [{ url: "https://a.example/v2" }] },
      [],
    ],
  ])("%s", (_, before, after, want) => expect(lines(diff(before, after))).toEqual(want));

  it("has other resources", () => {
    expect(lines(diff(pets({}), pets({}, { "/pets/{id}": item })))).toEqual([
      "minor get_pet is a new tool",
      "minor petstore://pets/{id} is a new resource template",
    ]);
    expect(lines(diff(pets({ responses: list }), pets({ responses: list, ...query("limit") })))).toContain(
      "minor petstore://pets{?limit} is a new resource template",
    );
    expect(
      lines(
        diff(
          pets({ responses: list, ...query("a") }),
          pets({
            responses: list,
            parameters: [...(query("a").parameters as JsonObject[]), ...(query("b").parameters as JsonObject[])],
          }),
        ),
      ),
    ).toContain("minor petstore://pets{?a,b} has this URI instead of petstore://pets{?a}");
    expect(lines(diff(pets({ responses: list, ...query("a") }), pets({ responses: list, ...query("b") })))).toContain(
      "major petstore://pets{?b} has this URI instead of petstore://pets{?a}",
    );
  });

  it("has resources that need more than they needed", () => {
    const [some] = query("b", { type: "string" }, { required: true })["parameters"] as readonly JsonObject[];
    const [other] = query("a")["parameters"] as readonly JsonObject[];
    const before = pets({ responses: list, parameters: [other ?? {}] });
    const after = pets({ responses: list, parameters: [other ?? {}, some ?? {}] });
    expect(lines(diff(before, after))).toEqual([
      'major list_pets has a new required argument "b"',
      "major petstore://pets{?a,b} has this URI instead of petstore://pets{?a}",
      "major petstore://pets is no resource any more",
    ]);
  });

  it("has other prompts", () => {
    const before = surface(pets({}));
    const [first, ...rest] = before.prompts ?? [];
    const prompt = { ...(first ?? { name: "", title: "", description: "", arguments: [], text: "" }) };
    const after = { ...before, prompts: [...rest, { ...prompt, name: "new" }] };
    expect(lines(compareSurfaces(before, after))).toEqual([
      `major ${prompt.name} is no prompt any more`,
      "minor new is a new prompt",
    ]);
    const asking = { ...prompt, arguments: [{ name: "x", description: "", required: true }], text: "else" };
    expect(lines(compareSurfaces(before, { ...before, prompts: [asking, ...rest] }))).toEqual([
      `major ${prompt.name} requires the argument "x"`,
      `major ${prompt.name} has no argument "tag" any more`,
      `patch ${prompt.name} has another text`,
    ]);
  });

  it("that has another name breaks permission lists on it", () => {
    const named = (title: string): JsonObject => ({ ...pets({}), info: { title, version: "1" } });
    const { differences, warnings } = compareSurfaces(surface(named("Shop")), surface(named("Store")));
    expect(differences[0]).toMatchObject({ kind: "server-renamed", severity: "major" });
    expect(warnings).toEqual([
      'Allow and deny lists with names of the form "mcp__shop__…" do not match any more: the server is called "store"',
    ]);
  });
});

describe("a lock", () => {
  it("tells which tools changed, and that it does not know how", () => {
    const before = pets(query("limit", { type: "integer" }), other);
    const after = pets(
      { ...query("limit"), summary: "All pets" },
      { "/cats": { get: { operationId: "cats", responses: {} } } },
    );
    const want = [
      "major list_owners is no tool any more",
      "major list_pets has other arguments; a lock does not say which",
      "minor cats is a new tool",
      "patch list_pets has another title or description; a lock does not say which",
    ];
    for (const [old, fresh] of [
      [locked(before), locked(after)],
      [locked(before), surface(after)],
      [surface(before), locked(after)],
    ] as const) {
      const found = compareSurfaces(old, fresh);
      expect(lines(found)).toEqual(want);
      expect(found.detail).toBe("hashes");
    }
    expect(compareSurfaces(locked(before), surface(before)).verdict).toBe("none");
  });
});

describe("cost and summary", () => {
  it("say what the list costs now, tool by tool", () => {
    const { cost } = diff(pets({}, other), pets(query("limit")));
    expect(cost.after).toBeLessThan(cost.before);
    expect(cost.tools).toEqual([
      { name: "list_owners", before: expect.any(Number) as number, after: 0 },
      { name: "list_pets", before: expect.any(Number) as number, after: cost.after },
    ]);
  });

  it("fit on a line", () => {
    expect(summaryLine(diff(pets({}), pets({})))).toBe("no difference");
    expect(summaryLine(diff(pets({ summary: "x" }, other), pets({ ...query("limit") })))).toBe(
      "1 tool removed (list_owners), 1 argument widened, 1 description changed, 1 title changed: major",
    );
  });
});
