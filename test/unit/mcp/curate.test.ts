import { beforeAll, describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { type ServerOptions, buildServer } from "../../../src/mcp/build.ts";
import type { ArgumentCuration, Curation, PromptCuration, ToolCuration } from "../../../src/mcp/curation/curation.ts";
import type { ServerModel, Tool } from "../../../src/mcp/model.ts";
import { type ValueCheck, loadValueCheck } from "../../../src/mcp/curation/value-check.ts";
import { buildLock } from "../../../src/lock/build.ts";
import { apiOf } from "../document.ts";

const parameter = (name: string, place: string, schema: JsonObject, required = false): JsonObject => ({
  name,
  in: place,
  schema,
  required: required || place === "path",
});
const pet: JsonObject = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, kind: { $ref: "#/components/schemas/Kind" }, age: { type: "integer" } },
};
const document: JsonObject = {
  paths: {
    "/shops/{shop}/pets": {
      get: {
        operationId: "listPets",
        summary: "List pets",
        tags: ["pets"],
        parameters: [
          parameter("shop", "path", { type: "string" }),
          parameter("limit", "query", { type: "integer", maximum: 100 }),
          parameter("X-Tenant", "header", { type: "string" }, true),
          parameter("tags", "query", { type: "array", items: { type: "string" } }),
        ],
        responses: {
          200: { description: "", content: { "application/json": { schema: { type: "array", items: pet } } } },
        },
      },
      post: {
        operationId: "createPet",
        tags: ["pets"],
        parameters: [parameter("shop", "path", { type: "string" })],
        requestBody: { required: true, content: { "application/json": { schema: pet } } },
        responses: {},
      },
    },
    "/health": { get: { responses: {} } },
  },
  components: { schemas: { Kind: { type: "string", enum: ["cat", "dog"], pattern: "^(\\w+)+$" } } },
};

let valueCheck: ValueCheck;
beforeAll(async () => {
  valueCheck = await loadValueCheck();
});

let line = 10;
type Entry = Omit<Partial<ToolCuration>, "arguments"> & {
  readonly arguments?: Readonly<Record<string, Omit<ArgumentCuration, "place">>>;
};
const placeOf = (pointer: string) => ({ file: "openapi-to-mcp.yaml", pointer, line: ++line });
function curationOf(entries: Readonly<Record<string, Entry>>, prompts: readonly PromptCuration[] = []): Curation {
  line = 10;
  return {
    tools: Object.entries(entries).map(([operation, { arguments: list = {}, ...entry }]) => ({
      operation,
      place: placeOf(`/tools/${operation}`),
      ...entry,
      arguments: new Map(
        Object.entries(list).map(([name, argument]) => [
          name,
          { place: placeOf(`/tools/${operation}/arguments/${name}`), ...argument },
        ]),
      ),
    })),
    prompts,
    aliases: { days: 30 },
  };
}

function curated(
  entries: Readonly<Record<string, Entry>>,
  { root = document, prompts = [], ...options }: ServerOptions & { root?: JsonObject; prompts?: PromptCuration[] } = {},
) {
  const { api, found } = apiOf(root);
  const told: Diagnostic[] = [];
  const model = buildServer(
    [{ api, report: (finding) => found.push(finding) }],
    { curation: curationOf(entries, prompts), ...options },
    { tell: (diagnostic) => void told.push(diagnostic), valueCheck },
  );
  return { model, told, tools: toolsOf(model), lock: buildLock(model, [], "1") };
}

function toolsOf(model: ServerModel): Map<string, Tool> {
  const tools = model.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  return new Map(tools.map((tool) => [tool.listing.name, tool]));
}

const toolOf = (entry: Entry, operation = "listPets", name = "list_pets"): Tool => {
  const { tools, told } = curated({ [operation]: entry });
  expect(told).toEqual([]);
  const tool = tools.get(name);
  if (tool === undefined) throw new Error([...tools.keys()].join());
  return tool;
};
const faults = (entries: Readonly<Record<string, Entry>>, options = {}) =>
  curated(entries, options).told.map(
    ({ severity, code, line: at, message }) => `${severity} ${code} ${at}: ${message}`,
  );

describe("a tool", () => {
  it("has the owner's title, description and hints, with who set them", () => {
    const tool = toolOf({ title: "Pets", description: "All *pets*.\u202e", hints: { openWorld: false } });
    expect(tool.listing).toMatchObject({
      title: "Pets",
      description: "All *pets*.",
      annotations: { readOnlyHint: true, openWorldHint: false },
    });
    expect(tool.reasons).toEqual(
      expect.arrayContaining([
        { about: "title", text: "set by openapi-to-mcp.yaml line 11" },
        { about: "hints", text: "openWorldHint set by openapi-to-mcp.yaml line 11" },
      ]),
    );
  });

  it.each([
    [{ readOnly: true }, [true, false, true]],
    [{ readOnly: true, idempotent: false }, [true, false, false]],
    [{ destructive: true }, [false, true, false]],
  ])("with the hints %j is %j", (hints, want) => {
    const { annotations } = toolOf({ hints }, "createPet", "create_pet").listing;
    expect([annotations.readOnlyHint, annotations.destructiveHint, annotations.idempotentHint]).toEqual(want);
  });

  it("is left out where it is not enabled", () => {
    const { tools, told } = curated({ createPet: { enabled: false } });
    expect([...tools.keys()]).toEqual(["get_health", "list_pets"]);
    expect(told).toEqual([]);
  });

  it("has the owner's name, from which the names of its types are made", () => {
    const { tools, model } = curated({ listPets: { name: "browse_pets" } });
    expect(tools.get("browse_pets")?.typeName).toBe("BrowsePets");
    expect(model.apis[0]?.resources[0]?.tool).toBe("browse_pets");
    expect(tools.get("browse_pets")?.reasons[0]).toEqual({ about: "name", text: "set by openapi-to-mcp.yaml line 11" });
  });

  it("is grouped by the owner's tags", () => {
    const { model } = curated({ listPets: { tags: ["reading"] } });
    expect(model.apis[0]?.data.groups.map(({ file }) => file)).toEqual(["untagged", "pets", "reading"]);
    const tagged = (tool: Tool): readonly string[] =>
      tool.reasons.flatMap(({ about, text }) => (about === "tags" ? [text] : []));
    const tools = model.apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools));
    expect(Object.fromEntries(tools.map((tool) => [tool.listing.name, tagged(tool)]))).toMatchObject({
      list_pets: [expect.stringMatching(/^set by /)],
      create_pet: [],
    });
  });

  it("has the owner's limits, apart from what is listed", () => {
    const { model } = curated({
      listPets: { limits: { callsPerMinute: 5, answerBytes: 1000 }, timeout: 2.5, scopes: ["b", "a", "b"] },
      createPet: { scopes: ["write"] },
    });
    expect(model.apis[0]?.data.policies).toEqual({
      create_pet: { scopes: ["write"] },
      list_pets: { scopes: ["a", "b"], callsPerMinute: 5, answerBytes: 1000, timeoutMs: 2500 },
    });
  });
});

describe("a header for keys of calls", () => {
  it("is for POST and PATCH alone, by tool or by selector, and no model sees it", () => {
    const place = { file: "mine.yaml", pointer: "/tools", line: 1 };
    const { model } = curated({
      "path:/**": { idempotencyKey: "Idempotency-Key", selector: { path: "/**", place } },
      createPet: { idempotencyKey: "Request-Id" },
    });
    const plain = curated({}).model;
    expect(model.apis[0]?.data.policies).toEqual({ create_pet: { idempotencyKey: "Request-Id" } });
    const tools = (found: ServerModel): Json => JSON.parse(JSON.stringify(found.apis[0]?.groups)) as Json;
    const listings = (found: ServerModel): string =>
      JSON.stringify(tools(found), (key, value: unknown) =>
        key === "reasons" || key === "anchor" ? undefined : value,
      );
    expect(listings(model)).toBe(listings(plain));
  });

  it("is refused at a tool of its own that may be sent twice as it is", () => {
    const { told } = curated({ listPets: { idempotencyKey: "Idempotency-Key" } });
    expect(told.map(({ code, message }) => [code, message])).toEqual([
      [
        "invalid-curation",
        '"GET /shops/{shop}/pets" does the same however often it is sent, so that its idempotency-key would never be sent',
      ],
    ]);
  });
});

describe("an argument", () => {
  const properties = (entry: Entry) => toolOf(entry).listing.inputSchema.properties;

  it("that is hidden or given is not listed, in none of the schemas", () => {
    const tool = toolOf({
      arguments: { shop: { fixed: "7" }, limit: { hidden: true }, "X-Tenant": { environment: "SHOP_TENANT" } },
    });
    expect(Object.keys(tool.listing.inputSchema.properties)).toEqual(["tags"]);
    expect(tool.listing.inputSchema.required).toBeUndefined();
    expect(JSON.stringify(tool.call.input ?? {})).not.toMatch(/shop|Tenant|limit/);
    expect(tool.call.supplied).toEqual([
      { kind: "fixed", argument: "shop", value: "7" },
      {
        kind: "environment",
        argument: "X-Tenant",
        variable: "SHOP_TENANT",
        type: "string",
        schema: expect.objectContaining({ type: "string" }) as unknown,
      },
    ]);
    expect(tool.call.request.parameters.map(({ argument }) => argument)).toContain("limit");
  });

  it.each<[JsonObject, string]>([
    [{ type: "string" }, "string"],
    [{ type: "integer" }, "integer"],
    [{ type: "number" }, "number"],
    [{ type: "boolean" }, "boolean"],
    [{ type: "array", items: {} }, "array"],
    [{ type: "object" }, "object"],
    [{ type: ["integer", "string"] }, "string"],
    [{ type: ["null", "integer"] }, "integer"],
    [{}, "string"],
  ])("of %j that a variable gives is read as %s", (schema, type) => {
    const root = {
      paths: { "/pets": { get: { operationId: "listPets", parameters: [parameter("of", "query", schema)] } } },
    };
    const { tools } = curated({ listPets: { arguments: { of: { environment: "PETS_OF" } } } }, { root });
    expect(tools.get("list_pets")?.call.supplied).toMatchObject([{ kind: "environment", variable: "PETS_OF", type }]);
  });

  it("that has a default is not required, and shows it", () => {
    const tool = toolOf({ arguments: { "X-Tenant": { default: "main" }, shop: { hidden: true, default: "1" } } });
    expect(tool.listing.inputSchema.required).toBeUndefined();
    expect(tool.listing.inputSchema.properties["X-Tenant"]).toMatchObject({ default: "main" });
    expect(tool.call.supplied).toEqual([
      { kind: "fixed", argument: "shop", value: "1" },
      { kind: "default", argument: "X-Tenant", value: "main" },
    ]);
  });

  it("that is renamed is so wherever it stands", () => {
    const tool = toolOf({
      arguments: { "X-Tenant": { name: "tenant" }, shop: { name: "limit" }, limit: { name: "shop" } },
    });
    expect(tool.listing.inputSchema.required).toEqual(["limit", "tenant"]);
    expect(tool.call.request.parameters.map(({ name, argument }) => [name, argument])).toEqual([
      ["shop", "limit"],
      ["limit", "shop"],
      ["tags", "tags"],
      ["X-Tenant", "tenant"],
    ]);
    const create = toolOf({ arguments: { name: { name: "called" } } }, "createPet", "create_pet");
    expect(create.call.request.body?.fields?.find(({ name }) => name === "name")?.argument).toBe("called");
    expect(create.listing.inputSchema.required).toEqual(["shop", "called"]);
  });

  it("says what the owner says of it", () => {
    expect(
      properties({
        arguments: { limit: { description: "How *many*.", examples: [10, 20] }, tags: { examples: [["a"]] } },
      }),
    ).toMatchObject({
      limit: { description: "How *many*. Examples: 10; 20." },
      tags: { description: 'Example: ["a"].' },
    });
  });

  it("is no variable of a resource where the owner gives it, and its value is not shown", () => {
    const { model } = curated({
      listPets: { arguments: { shop: { fixed: "secret" }, "X-Tenant": { environment: "T" } } },
    });
    expect(model.apis[0]?.resources.map(({ uri }) => uri)).toEqual([
      "petstore://shops/shop/pets",
      "petstore://shops/shop/pets{?limit,tags}",
    ]);
  });

  it.each<[string, Entry["arguments"] & object, string]>([
    ["unknown", { limt: {} }, `error unknown-argument 12: list_pets has no argument "limt"; did you mean "limit"?`],
    [
      "required and hidden",
      { shop: { hidden: true } },
      `error invalid-curation 12: The argument "shop" of list_pets is required by the API: hide it with a fixed value, a default or an environment variable`,
    ],
    [
      "of another type",
      { limit: { fixed: "ten" } },
      `error invalid-curation 12: The fixed value of the argument "limit" of list_pets does not fit its schema: Instance type "string" is invalid. Expected "integer"`,
    ],
    [
      "too great",
      { limit: { default: 1000 } },
      `error invalid-curation 12: The default of the argument "limit" of list_pets does not fit its schema: 1000 is greater than 100`,
    ],
    [
      "with items of another type",
      { tags: { examples: [["a"], [1]] } },
      `error invalid-curation 12: The example of the argument "tags" of list_pets does not fit its schema: at /0, Instance type "number" is invalid. Expected "string"`,
    ],
    [
      "fixed twice",
      { limit: { fixed: 1, environment: "X" } },
      `error invalid-curation 12: The argument "limit" of list_pets takes a fixed value or an environment variable, not both`,
    ],
    [
      "from a variable that is none",
      { limit: { environment: "limit$(x)" } },
      `error invalid-curation 12: The argument "limit" of list_pets cannot be taken from "limit$(x)": a variable is written in A-Z, 0-9 and _, and does not begin with MCP_ or NODE_`,
    ],
    [
      "from a variable of Node.js",
      { limit: { environment: "NODE_OPTIONS" } },
      `error invalid-curation 12: The argument "limit" of list_pets cannot be taken from "NODE_OPTIONS": a variable is written in A-Z, 0-9 and _, and does not begin with MCP_ or NODE_`,
    ],
    [
      "called as another",
      { limit: { name: "tags" } },
      `error invalid-curation 12: In list_pets, "tags" is another argument's name`,
    ],
    [
      "called what is no name",
      { limit: { name: "__proto__" } },
      `error invalid-curation 12: In list_pets, "__proto__" is no name of an argument: it takes 1 to 64 of a-z, A-Z, 0-9, _, . and -`,
    ],
  ])("is refused where it is %s", (_name, list, want) =>
    expect(faults({ listPets: { arguments: list } })).toEqual([want]),
  );

  it.each<[Json, number]>([
    ["cat", 0],
    ["cow", 1],
  ])("is checked through references, and without patterns: %j", (value, count) =>
    expect(faults({ createPet: { arguments: { kind: { fixed: value } } } })).toHaveLength(count),
  );
});

describe("an entry", () => {
  const { lock } = (() => {
    const { api } = apiOf(document);
    const model = buildServer([{ api, report: () => {} }]);
    return { lock: buildLock(model, [], "1") };
  })();
  const moved: JsonObject = JSON.parse(
    JSON.stringify(document).replaceAll("listPets", "findPets").replaceAll("/health", "/status"),
  ) as JsonObject;

  it.each(["listPets", "GET /shops/{shop}/pets", "get  /shops/{shop}/pets", "list_pets"])(
    "finds its operation by %s",
    (key) => {
      const { tools, told } = curated({ [key]: { title: "T" } }, { lock });
      expect(tools.get("list_pets")?.listing.title).toBe("T");
      expect(told).toEqual([]);
    },
  );

  it("finds an operation that was renamed, says so, and does so at every later run", () => {
    const first = curated({ listPets: { title: "T" } }, { root: moved, lock });
    const want = `info moved-entry 11: "listPets" is findPets now: write "findPets"`;
    const line = ({ told }: typeof first) =>
      told.map(({ severity, code, line: at, message }) => `${severity} ${code} ${at}: ${message}`);
    expect(line(first)).toEqual([want]);
    expect(first.tools.get("list_pets")?.listing.title).toBe("T");
    const second = curated({ listPets: { title: "T" } }, { root: moved, lock: first.lock });
    expect(line(second)).toEqual([want]);
    expect(second.lock).toEqual(first.lock);
  });

  it("finds an operation by a name that its tool had", () => {
    const renamed = curated({ listPets: { name: "browse" } }, { lock }).lock;
    const { tools, told } = curated({ list_pets: { title: "T" } }, { lock: renamed });
    expect(tools.get("browse")?.listing.title).toBe("T");
    expect(told.map(({ message }) => message)).toEqual([`"list_pets" is listPets now: write "listPets"`]);
  });

  it.each<[string, Readonly<Record<string, Entry>>, string[]]>([
    [
      "unknown",
      { listPet: {} },
      [`error unknown-operation 11: There is no operation "listPet"; did you mean "listPets"?`],
    ],
    [
      "of an unknown path",
      { "GET /shops/{shop}/pet": {} },
      [
        `error unknown-operation 11: There is no operation "GET /shops/{shop}/pet"; did you mean "GET /shops/{shop}/pets"?`,
      ],
    ],
    [
      "hostile",
      { "\u001b[31m__proto__": {} },
      [`error unknown-operation 11: There is no operation "\\x1b[31m__proto__"`],
    ],
    [
      "of another API",
      { listPets: { api: "petstor" } },
      [`error unknown-operation 11: There is no API "petstor"; did you mean "petstore"?`],
    ],
    [
      "the second for one operation",
      { listPets: {}, "GET /shops/{shop}/pets": {} },
      [
        `error invalid-curation 12: "GET /shops/{shop}/pets" is GET /shops/{shop}/pets, which "listPets" speaks of already`,
      ],
    ],
    [
      "a name that another tool has in the lock",
      { listPets: { name: "create_pet" } },
      [`error name-clash 11: GET /shops/{shop}/pets cannot be called create_pet: that is POST /shops/{shop}/pets`],
    ],
    [
      "a name that another entry has",
      { listPets: { name: "pets" }, createPet: { name: "pets" } },
      [`error name-clash 12: POST /shops/{shop}/pets cannot be called pets: that is GET /shops/{shop}/pets`],
    ],
    [
      "a name that is none",
      { listPets: { name: "List Pets" } },
      [
        `error invalid-curation 11: "List Pets" is no name of a tool: it takes 1 to 50 of a-z, 0-9 and _, the first one no _`,
      ],
    ],
    [
      "a URI that is none",
      { listPets: { resource: "pets" } },
      [`error invalid-curation 11: The resource URI "pets" is no URI template such as shop://pets/{petId}{?limit}`],
    ],
    [
      "a URI with an unknown variable",
      { listPets: { resource: "shop://{shop}/{limt}" } },
      [
        `error invalid-curation 11: The resource URI "shop://{shop}/{limt}" names {limt}, which is no parameter of list_pets; did you mean "limit"?`,
      ],
    ],
    [
      "a URI without what the tool needs",
      { listPets: { resource: "shop://pets{?limit}" } },
      [`error invalid-curation 11: The resource URI "shop://pets{?limit}" lacks {shop}, which list_pets needs`],
    ],
    [
      "a URI for what writes",
      { createPet: { resource: "shop://{shop}" } },
      [`error invalid-curation 11: The resource URI "shop://{shop}" cannot be: create_pet does not only read`],
    ],
  ])("is refused where it is %s", (_name, entries, want) => expect(faults(entries, { lock })).toEqual(want));

  it("suggests a successor where its operation is gone", () => {
    const paths = { "/shops/{shop}/pets": (document["paths"] as JsonObject)["/shops/{shop}/pets"] ?? {} };
    const without = { paths: { ...paths, "/x": { get: { operationId: "healthOf", responses: {} } } } };
    expect(faults({ get_health: {} }, { root: without, lock })).toEqual([
      `error unknown-operation 11: The operation "get_health" is gone; did you mean "healthOf"?`,
    ]);
  });

  it("may name two operations only by their paths", () => {
    const twice = JSON.parse(JSON.stringify(document).replaceAll("createPet", "listPets")) as JsonObject;
    expect(faults({ listPets: {} }, { root: twice })).toEqual([
      `error ambiguous-operation 11: "listPets" may be any of GET /shops/{shop}/pets, POST /shops/{shop}/pets`,
    ]);
  });
});

describe("a name", () => {
  it("that the owner changes answers for the days that the owner says", () => {
    const before = curated({}).lock;
    const { lock, tools } = curated({ listPets: { name: "browse" } }, { lock: before, today: "2026-01-01" });
    expect(lock.aliases).toEqual([{ name: "list_pets", tool: "browse", until: "2026-01-31" }]);
    expect(tools.has("list_pets")).toBe(false);
    // Without the entry it stays as it is; there is one way back.
    expect(curated({}, { lock }).lock).toEqual({ ...lock, tools: lock.tools });
  });

  it("that was an old one of another tool's is that tool's no longer", () => {
    const renamed = curated({ listPets: { name: "browse" } }, { lock: curated({}).lock }).lock;
    const { lock, tools } = curated({ createPet: { name: "list_pets" } }, { lock: renamed });
    expect(tools.get("list_pets")?.operationId).toBe("createPet");
    expect(lock.aliases).toEqual([{ name: "create_pet", tool: "list_pets" }]);
  });

  it("and arguments do not keep a moved operation from being found by its likeness", () => {
    const entries = { "GET /v1/health": { arguments: { deep: { name: "thorough" } } } };
    const root = (path: string): JsonObject => ({
      paths: { [path]: { get: { parameters: [parameter("deep", "query", { type: "boolean" })], responses: {} } } },
    });
    const first = curated(entries, { root: root("/v1/health") }).lock;
    const { tools } = curated(entries, { root: root("/v2/health"), lock: first });
    expect(Object.keys(tools.get("get_v1_health")?.listing.inputSchema.properties ?? {})).toEqual(["thorough"]);
  });
});

describe("a name in x-mcp", () => {
  const root = (...names: readonly string[]): JsonObject => ({
    paths: Object.fromEntries(
      names.map((name, index) => [
        `/p${index}`,
        { get: { operationId: `op${index}`, responses: {}, "x-mcp": { name } } },
      ]),
    ),
  });
  const names = (document: JsonObject, entries: Readonly<Record<string, Entry>> = {}) => {
    const { api, found } = apiOf(document);
    const report = (finding: (typeof found)[number]) => void found.push(finding);
    const model = buildServer([{ api, report }], { curation: curationOf(entries) });
    const told = found.flatMap(({ code, message }) => (code === "unused-name" ? [message] : []));
    return { names: [...toolsOf(model).keys()], told };
  };

  it("names the tool, below the configuration", () => {
    expect(names(root("one", "two"))).toEqual({ names: ["one", "two"], told: [] });
    expect(names(root("one", "two"), { op0: { name: "two" } })).toEqual({
      names: ["two", "op1"],
      told: ["GET /p1 cannot be called two: that is GET /p0"],
    });
  });

  it("is told where two have it, and the second keeps its own", () =>
    expect(names(root("one", "one"))).toEqual({
      names: ["one", "op1"],
      told: ["GET /p1 cannot be called one: that is GET /p0"],
    }));

  it("is free where its operation becomes no tool", () =>
    expect(names(root("one", "one"), { op0: { enabled: false } })).toEqual({ names: ["one"], told: [] }));
});

describe("a resource", () => {
  it("has the owner's URI, or is none", () => {
    const uris = (resource: string | false) =>
      curated({ listPets: { resource, arguments: { "X-Tenant": { fixed: "t" } } } }).model.apis[0]?.resources;
    expect(uris(false)).toEqual([]);
    expect(
      curated({
        listPets: { resource: "shop://pets{?tags}", arguments: { shop: { fixed: "1" }, "X-Tenant": { fixed: "t" } } },
      }).model.apis[0]?.resources.map(({ uri, template, name }) => [uri, template, name]),
    ).toEqual([
      ["shop://pets", false, "list_pets"],
      ["shop://pets{?tags}", true, "list_pets_template"],
    ]);
    expect(uris("shop://{shop}/all{?tags}")).toMatchObject([
      {
        uri: "shop://{shop}/all{?tags}",
        template: true,
        tool: "list_pets",
        variables: [
          { name: "shop", argument: "shop", in: "path" },
          { name: "tags", argument: "tags", in: "query", type: "array" },
        ],
      },
    ]);
  });
});

describe("a prompt", () => {
  const prompt: PromptCuration = {
    name: "adopt",
    arguments: [{ name: "wish", required: true }],
    text: "Find {{wish}} with\n{{tools}}",
    place: { file: "openapi-to-mcp.yaml", pointer: "/prompts/0", line: 3 },
  };

  it("stands beside ours, or in place of one that is called the same", () => {
    const { model } = curated({}, { prompts: [prompt, { ...prompt, name: "plan_task" }] });
    expect(model.apis[0]?.prompts.map(({ name }) => name)).toEqual([
      "explore_api",
      "check_access",
      "adopt",
      "plan_task",
    ]);
    expect(model.apis[0]?.prompts[2]).toEqual({
      name: "adopt",
      title: "adopt",
      description: "",
      arguments: [{ name: "wish", description: "", required: true }],
      text: prompt.text,
    });
  });

  it.each<[string, Partial<PromptCuration>, string]>([
    [
      "an unknown argument",
      { text: "{{wisch}}" },
      `speaks of {{wisch}}, which is none of its arguments; did you mean "wish"?`,
    ],
    ["a name that is none", { name: "a b" }, `cannot have the name "a b": it takes a-z, A-Z, 0-9, _, . and -`],
    ["an argument twice", { arguments: [{ name: "wish" }, { name: "wish" }] }, `has the argument "wish" twice`],
  ])("is refused where it has %s", (_name, change, want) => {
    const { told, model } = curated({}, { prompts: [{ ...prompt, ...change }] });
    expect(told.map(({ code, line: at, message }) => `${code} ${at} ${message}`)).toEqual([
      `invalid-curation 3 The prompt "${change.name ?? "adopt"}" ${want}`,
    ]);
    expect(model.apis[0]?.prompts).toHaveLength(3);
  });
});
