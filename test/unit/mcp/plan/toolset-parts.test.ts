/** What besides tools a toolset has of its server: resources, old names, workflows, and what goes on with work. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../../src/base/diagnostics.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { loadWorkflows } from "../../../../src/config/workflows.ts";
import { type ServerOptions, buildServer } from "../../../../src/mcp/build.ts";
import type { ToolsetWish } from "../../../../src/mcp/curation/curation.ts";
import { noCheck } from "../../../../src/mcp/curation/value-check.ts";
import type { ServerModel, ToolsetPlan } from "../../../../src/mcp/model.ts";
import { withinToolset } from "../../../../src/mcp/plan/toolset-plan.ts";
import { apiOf } from "../../document.ts";

const place = { file: "openapi-to-mcp.yaml", pointer: "/toolsets/x", line: 7 };
const wish = (name: string, tag: string, more: Partial<ToolsetWish> = {}): ToolsetWish => ({
  name,
  include: [{ tag, place }],
  exclude: [],
  readOnly: false,
  custom: [],
  place,
  ...more,
});

const status: JsonObject = {
  type: "object",
  properties: { id: { type: "string" }, status: { enum: ["queued", "running", "succeeded", "failed", "cancelled"] } },
};
const json = (schema: JsonObject, code = "200"): JsonObject => ({
  responses: { [code]: { description: "It", content: { "application/json": { schema } } } },
});
const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
const document: JsonObject = {
  paths: {
    "/reports": { post: { operationId: "makeReport", tags: ["reports"], ...json(status, "202") } },
    "/reports/{id}": { get: { operationId: "getReport", tags: ["reports"], parameters: [id], ...json(status) } },
    "/pets": { get: { operationId: "listPets", tags: ["pets"], ...json({ type: "array", items: status }) } },
    "/pets/{id}": {
      get: { operationId: "getPet", tags: ["pets"], parameters: [id], ...json(status) },
      delete: { operationId: "dropPet", tags: ["pets"], parameters: [id], responses: {} },
    },
  },
};

async function serverWith(toolsets: readonly ToolsetWish[], more: ServerOptions = {}, title = "Shop") {
  const workflow = (workflowId: string, operations: readonly string[]): JsonObject => ({
    workflowId,
    summary: `Do ${workflowId}`,
    steps: operations.map((operationId, at) => ({ stepId: `s${at}`, operationId })),
  });
  const sources = [
    workflow("readPets", ["listPets"]),
    workflow("petsAndReport", ["listPets", "makeReport"]),
    workflow("report", ["makeReport"]),
  ].map((value) => ({ file: "x.yaml", value, locate: () => ({ pointer: "", line: 1 }), pointer: "" }));
  const told: Diagnostic[] = [];
  const model = buildServer(
    [{ ...apiOf({ ...document, info: { title, version: "1" } }, "shop"), report: () => undefined }],
    { toolsets, jobs: { tools: [] }, workflowWishes: await loadWorkflows(sources, {}), ...more },
    { tell: (diagnostic) => void told.push(diagnostic), valueCheck: noCheck },
  );
  return { model, told };
}

const found = ({ toolsets }: ServerModel, at = 0): ToolsetPlan => {
  const toolset = toolsets[at];
  if (toolset === undefined) throw new Error("There is no such toolset");
  return toolset;
};

describe("a toolset", () => {
  it("has the workflows that call nothing but what it holds, and what goes on with work where it starts some", async () => {
    const { model, told } = await serverWith([wish("pets", "pets"), wish("reports", "reports", { custom: ["mine"] })]);
    expect(told).toEqual([]);
    const [pets, reports] = [found(model), found(model, 1)];
    expect(pets.tools).toEqual(["list_pets", "get_pet", "drop_pet"]);
    expect(pets.custom).toEqual(["read_pets"]);
    expect(pets.cost.tools).toBe(4);
    expect(reports.tools).toEqual(["make_report", "get_report"]);
    expect(reports.custom).toEqual(["mine", "check_job", "report"]);
    expect(reports.cost.tools).toBe(4);
  });

  it("by itself has those, and the API with the resources of its tools and nothing that was left out", async () => {
    const { model } = await serverWith([wish("pets", "pets"), wish("reports", "reports")]);
    const [pets, reports] = [withinToolset(model, found(model)), withinToolset(model, found(model, 1))];
    const names = ({ workflows }: ServerModel): readonly string[] => workflows.map(({ listing }) => listing.name);
    expect(names(pets)).toEqual(["read_pets"]);
    expect(pets).not.toHaveProperty("jobs");
    expect(names(reports)).toEqual(["report"]);
    expect(reports.jobs?.check.name).toBe("check_job");
    expect(model.apis[0]?.resources.map(({ tool }) => tool)).toEqual(["list_pets", "get_pet", "get_report"]);
    expect(pets.apis[0]?.resources.map(({ tool }) => tool)).toEqual(["list_pets", "get_pet"]);
    expect(reports.apis[0]?.resources.map(({ tool }) => tool)).toEqual(["get_report"]);
    expect(pets.apis[0]).toMatchObject({ skipped: [], leftOut: [], schemas: model.apis[0]?.schemas });
    expect(pets.apis[0]?.data).toMatchObject({ name: model.apis[0]?.data.name, title: "Shop" });
    expect(pets.plan).toMatchObject({ mode: "all", cost: { tools: 4 } });
  });

  it("by itself has the old names of its tools, and no others", async () => {
    const { model } = await serverWith([wish("pets", "pets"), wish("reports", "reports")]);
    const aliases = [
      { name: "all_pets", tool: "list_pets" },
      { name: "new_report", tool: "make_report" },
    ];
    const aliased = { ...model, project: { ...model.project, aliases } };
    expect(withinToolset(aliased, found(model)).project.aliases).toEqual([{ name: "all_pets", tool: "list_pets" }]);
    const without = { ...model, project: { ...model.project, aliases: aliases.slice(0, 1) } };
    expect(withinToolset(without, found(model, 1)).project).not.toHaveProperty("aliases");
  });

  it("holds no operation that became no tool", async () => {
    const { model } = await serverWith([wish("pets", "pets", { include: [] })], {
      curation: {
        tools: [{ operation: "dropPet", enabled: false, arguments: new Map(), place }],
        prompts: [],
        aliases: { days: 1 },
      },
    });
    expect(found(model).tools).toEqual(["list_pets", "get_pet", "make_report", "get_report"]);
  });

  it("begins its instructions with its description, then says what there is, with a space between them", async () => {
    const { model } = await serverWith([
      wish("one", "pets", { description: "Looks after pets." }),
      wish("two", "pets"),
      wish("long", "pets", { description: `${"a".repeat(594)} bcdefgh` }),
    ]);
    expect(found(model).instructions).toMatch(/^Looks after pets\. \S/);
    expect(found(model, 1).instructions).toBe(found(model).instructions.slice("Looks after pets. ".length));
    const [first = ""] = found(model, 2).instructions.split(" ");
    expect(first).toBe(`${"a".repeat(594)}…`);
  });

  it("has the server's title before its name, of 200 characters at most", async () => {
    const { model } = await serverWith([wish("pets", "pets")], {}, "T".repeat(220));
    expect(found(model).title).toHaveLength(200);
  });

  it("that cannot be called so is told what names there are", async () => {
    const { told } = await serverWith([wish("My set", "pets")]);
    expect(told.map(({ message }) => message)).toEqual([
      'The toolset "My set" takes a-z, 0-9 and - between them, at most 40, since it stands in a URL',
    ]);
  });
});
