/** What optional parts do to the tools of a server: discovery, toolsets, workflows and work that takes long. */
import { describe, expect, it } from "vitest";
import type { ToolsetData } from "../../templates/always/src/runtime/data/model.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import type { Settings } from "../../templates/always/src/runtime/settings/settings.ts";
import {
  discoveryOf,
  toolsetsOf,
  withJobs,
  withWorkflows,
} from "../../templates/always/src/runtime/tools/tool-parts.ts";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { sliceOf } from "../../templates/always/src/runtime/toolsets/slice.ts";
import { workflowTools } from "../../templates/always/src/runtime/workflows/workflows.ts";

const tool = (name: string) => ({
  name,
  title: name,
  description: "",
  inputSchema: { type: "object", properties: {} },
  annotations: {},
});
const custom = (name: string) => ({
  name,
  description: "D",
  inputSchema: { type: "object" as const },
  run: () => Promise.resolve({ content: [] }),
});
const row = (name: string) => ({ kind: "custom", listing: tool(name), tool: custom(name) });
const index = () => Promise.reject(new Error("not read"));
const asked: unknown[] = [];
const discovery = () =>
  Promise.resolve({
    condensedList: () => [],
    discoveryRows: (server: object) => {
      asked.push(server);
      return ["find_operations", "describe_operation"].map(row);
    },
  });
const strict = () => Promise.resolve({ strictList: () => [], givenArguments: () => ({ a: 1 }) });
const listed = [
  { name: "one", why: "w" },
  { name: "two", why: "w", pinned: true },
];

/** The fault of a setting, with what to do. */
async function refusal(run: Promise<unknown>): Promise<unknown> {
  try {
    return ["no refusal", await run];
  } catch (fault) {
    if (fault instanceof ConfigurationError) return [fault.message, fault.hint];
    throw fault;
  }
}

describe("discovery", () => {
  type Wanted = Parameters<typeof discoveryOf>[1];
  const of = (project: object, wanted?: Wanted, server: object = {}) =>
    discoveryOf(
      project as Parameters<typeof discoveryOf>[0],
      wanted,
      server as unknown as Parameters<typeof discoveryOf>[2],
    );
  const told = async (project: object, wanted?: Wanted): Promise<unknown> => {
    const found = await of(project, wanted);
    return (
      found && [
        ["one", "two", "three"].filter((name) => found.isListed(name)).join(" "),
        found.rows.map(({ listing }) => listing.name).join(" "),
        ["shown", "written", "given"].filter((key) => key in found).join(" "),
      ]
    );
  };
  const plan = (list: string, more: object = {}) => ({ plan: { list, listed, ...more }, finding: index });
  const parts = { discovery, strict };
  const all = "one two three";
  const both = "find_operations describe_operation";

  it.each<[object, Wanted, unknown]>([
    [{}, undefined, undefined],
    [{ ...plan("all"), parts }, undefined, undefined],
    [{ ...plan("planned"), parts }, "all", undefined],
    [{ ...plan("planned"), parts }, undefined, ["one two", both, ""]],
    [{ ...plan("all"), parts }, "planned", ["one two", both, ""]],
    [{ ...plan("discovery"), parts }, undefined, ["two", both, ""]],
    [{ ...plan("all", { folded: true }), parts }, undefined, [all, "describe_operation", "shown"]],
    [{ ...plan("planned", { folded: true }), parts }, undefined, ["one two", both, "shown"]],
    [{ ...plan("all", { folded: true }), parts: {} }, undefined, undefined],
    [{ ...plan("all", { strict: true }), parts }, undefined, [all, "", "written given"]],
    [{ ...plan("all", { strict: true }), parts: { discovery } }, undefined, undefined],
    [
      { ...plan("all", { strict: true, folded: true }), parts },
      undefined,
      [all, "describe_operation", "shown written given"],
    ],
    [{ ...plan("discovery", { strict: true }), parts }, undefined, ["two", both, "written given"]],
  ])("%# of %j, wanted %j, lists %j", async (project, wanted, want) =>
    expect(await told(project, wanted)).toEqual(want),
  );

  it("writes and reads as its parts say, and searches the index of the project", async () => {
    asked.length = 0;
    const server = { tools: () => undefined, plan: () => undefined };
    const found = await of({ ...plan("all", { strict: true, folded: true }), parts }, undefined, server);
    expect([found?.written?.([]), found?.given?.({} as never, {}), found?.shown?.([])]).toEqual([[], { a: 1 }, []]);
    expect(asked).toEqual([{ ...server, index }]);
  });

  it.each<[object, "planned" | "discovery"]>([
    [{}, "planned"],
    [{ ...plan("all"), parts: {} }, "discovery"],
    [{ plan: { list: "all", listed }, parts }, "planned"],
    [{ finding: index, parts }, "discovery"],
  ])("of %j is refused: %s", async (project, wanted) => {
    expect(await refusal(of(project, wanted))).toEqual([
      `MCP_LIST=${wanted}: this server cannot find tools, so it lists all`,
      "Generate it with --list planned, or with --feature discovery.",
    ]);
  });
});

describe("toolsets", () => {
  const toolset = (name: string, ...tools: string[]): ToolsetData => ({
    name,
    title: `The ${name}`,
    instructions: "Do.",
    list: "all",
    listed: [],
    tools,
    prompts: [],
    custom: ["mine"],
  });
  const project = (...toolsets: ToolsetData[]) =>
    ({
      data: { name: "shop" },
      apis: [
        {
          data: {},
          groups: [{ data: { file: "f" }, tools: ["one", "two"].map(tool), bytes: 0 }],
          resources: [],
          prompts: [],
        },
      ],
      plan: { list: "all", listed: [], toolsets },
      parts: { toolsets: () => Promise.resolve({ sliceOf }), discovery },
    }) as unknown as Parameters<typeof toolsetsOf>[0];
  const own = { tools: [custom("mine"), custom("other")] };
  const of = (whole: Parameters<typeof toolsetsOf>[0], settings: object = {}) =>
    toolsetsOf(whole, own, new ToolTable(whole, own), settings as Settings, () => Promise.reject(new Error("no plan")));
  const all = project(toolset("reads", "one"), toolset("writes", "two"));

  it("have each its own tools, which are those of the whole server", async () => {
    const slices = await of(all);
    expect(slices.map(({ name, tools }) => [name, tools.names()])).toEqual([
      ["reads", ["one", "mine"]],
      ["writes", ["two", "mine"]],
    ]);
    const table = new ToolTable(all, own);
    const [reads] = await toolsetsOf(all, own, table, {} as Settings, () => Promise.reject(new Error("no plan")));
    expect(reads?.tools.get("one")).toBe(table.get("one"));
    expect([reads?.project.data.name, reads?.custom.tools?.map(({ name }) => name)]).toEqual(["shop-reads", ["mine"]]);
  });

  it("are served alone where one is wanted", async () => {
    expect((await of(all, { toolset: "writes" })).map(({ name }) => name)).toEqual(["writes"]);
    expect(await of(project())).toEqual([]);
    expect(await of({ ...all, parts: {} })).toEqual([]);
  });

  it("list what the environment says", async () => {
    const found = { ...all, finding: index } as typeof all;
    asked.length = 0;
    const [reads] = await of(found, { list: "discovery" });
    expect(reads?.tools.page(undefined, { id: "ada" })?.tools.map(({ name }) => name)).toEqual([
      "find_operations",
      "describe_operation",
      "mine",
    ]);
    const [server] = asked as [{ tools(): ToolTable }];
    expect(server.tools()).toBe(reads?.tools);
  });

  it.each<[ReturnType<typeof project>, string]>([
    [all, "There are reads, writes."],
    [project(toolset("reads")), "There is reads."],
    [project(), "This server has none: name them under `toolsets` in openapi-to-mcp.yaml and generate it again."],
    [
      { ...all, parts: {} },
      "This server has none: name them under `toolsets` in openapi-to-mcp.yaml and generate it again.",
    ],
  ])("%# are refused by a name that none has: %j", async (whole, hint) =>
    expect(await refusal(of(whole, { toolset: "none" }))).toEqual(['There is no toolset "none"', hint]),
  );
});

describe("workflows", () => {
  const flow = { id: "w", listing: { ...tool("run_w") }, steps: [], outputs: {} };
  const project = (more: object) =>
    ({ apis: [], workflows: [flow], ...more }) as unknown as Parameters<typeof withWorkflows>[1];
  const parts = { workflows: () => Promise.resolve({ workflowTools }) };

  it("are tools before those of the owner's, where a server has that part", async () => {
    const own = { tools: [custom("mine")], prompts: [] };
    const whole = await withWorkflows(own, project({ parts }));
    expect(whole.tools?.map(({ name }) => name)).toEqual(["run_w", "mine"]);
    expect(whole.prompts).toBe(own.prompts);
    expect((await withWorkflows({}, project({ parts }))).tools?.map(({ name }) => name)).toEqual(["run_w"]);
    expect(await withWorkflows(own, project({}))).toBe(own);
    expect(await withWorkflows(own, project({ parts: {} }))).toBe(own);
    expect(await withWorkflows(own, project({ parts, workflows: [] }))).toBe(own);
    expect(await withWorkflows(own, project({ parts, workflows: undefined }))).toBe(own);
  });

  it("run with the call that asks for them, and read JSONPath once, where they ask by it", async () => {
    let loads = 0;
    const jsonPath = (query: string) => Object.assign(() => [{ value: query, location: [] }], { isSingular: true });
    const part = () => Promise.resolve({ loadJsonPath: () => ((loads += 1), Promise.resolve(jsonPath)) });
    const selector = { context: "$inputs.a", selector: "$.x", type: "jsonpath" };
    const asking = { ...flow, outputs: { got: selector } } as unknown as Parameters<typeof workflowTools>[0][number];
    const call = { callTool: () => Promise.reject(new Error("no call")), signal: new AbortController().signal };
    const outputs = async ([first]: ReturnType<typeof workflowTools>) =>
      (await first?.runWith({ a: 1 }, call, {} as never))?.structuredContent;
    const tools = workflowTools([asking], part);
    expect([await outputs(tools), await outputs(tools), loads]).toEqual([{ got: "$.x" }, { got: "$.x" }, 1]);
    expect(await outputs(workflowTools([asking]))).toEqual({});
    const [tool] = tools;
    expect(tool).toMatchObject(flow.listing);
    expect(() => tool?.run({}, {} as never)).toThrow("A workflow runs with the call that asks for it");
  });
});

describe("work that takes long", () => {
  it("has its tools before those of the owner's, where a server has that part", async () => {
    const made: unknown[] = [];
    const parts = {
      jobs: () =>
        Promise.resolve({
          jobTools: (...given: unknown[]) => {
            made.push(given);
            return [custom("check_job")];
          },
        }),
    };
    const variables = { environment: { A: "b" } };
    const jobs = { check: tool("check_job") };
    const own = { tools: [custom("mine")] };
    const of = (project: object, storeKey?: string, base: Parameters<typeof withJobs>[0] = own) =>
      withJobs(base, project as Parameters<typeof withJobs>[1], variables, {
        ...(storeKey === undefined ? {} : { storeKey: { reveal: () => storeKey } as never }),
      } as never);
    expect((await of({ jobs, parts }, "k")).tools?.map(({ name }) => name)).toEqual(["check_job", "mine"]);
    expect((await of({ jobs, parts }, undefined, {})).tools?.map(({ name }) => name)).toEqual(["check_job"]);
    expect(made).toEqual([
      [jobs, variables, "k"],
      [jobs, variables, undefined],
    ]);
    expect([await of({ jobs }), await of({ parts }), await of({ jobs, parts: {} })]).toEqual([own, own, own]);
  });
});
