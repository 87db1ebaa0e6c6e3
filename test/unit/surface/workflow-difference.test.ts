/** Workflows before and after: as tools of their own, by document, by lock, and by the files of a project. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { loadWorkflows } from "../../../src/config/workflows.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";
import { compareSurfaces, type SurfaceDiff } from "../../../src/surface/diff.ts";
import { readSurface } from "../../../src/surface/read.ts";
import { surfaceOfLock, surfaceOfModel } from "../../../src/surface/surface.ts";
import { serverOf } from "../document.ts";
import { lockOf } from "./lock-of.ts";

const document: JsonObject = {
  paths: {
    "/a": { get: { operationId: "readA", responses: {} }, delete: { operationId: "dropA", responses: {} } },
  },
};

type Workflow = JsonObject & { readonly workflowId: string };
const reading: Workflow = { workflowId: "doIt", summary: "Do it", steps: [{ stepId: "a", operationId: "readA" }] };

async function modelOf(...workflows: readonly Workflow[]): Promise<ServerModel> {
  const sources = workflows.map((value) => ({
    file: "x.yaml",
    value: value as JsonObject,
    locate: () => ({ pointer: "", line: 1 }),
    pointer: "",
  }));
  return serverOf(document, undefined, { workflowWishes: await loadWorkflows(sources, {}) }).model;
}

const lines = ({ differences }: SurfaceDiff): readonly string[] =>
  differences.map(({ severity, kind, subject, at }) =>
    [severity, kind, subject.name, ...((at ?? "") ? [at] : [])].join(" "),
  );

async function differences(before: readonly Workflow[], after: readonly Workflow[]): Promise<SurfaceDiff> {
  return compareSurfaces(surfaceOfModel(await modelOf(...before)), surfaceOfModel(await modelOf(...after)));
}

describe("workflows of two servers", () => {
  it("are added and removed like any tool, with what permission lists say", async () => {
    const added = await differences([], [reading]);
    expect(lines(added)).toEqual(["minor tool-added do_it"]);
    expect(added.cost.tools).toEqual([{ name: "do_it", before: 0, after: expect.any(Number) as number }]);
    const removed = await differences([reading], []);
    expect(lines(removed)).toEqual(["major tool-removed do_it"]);
    expect(removed.verdict).toBe("major");
    expect(removed.warnings.join()).toContain('"do_it"');
  });

  it("have arguments, hints and texts compared", async () => {
    const inputs = (properties: JsonObject, required: readonly string[] = []): Workflow => ({
      ...reading,
      inputs: { type: "object", properties, required },
    });
    expect(lines(await differences([reading], [inputs({ x: {} }, ["x"])]))).toEqual([
      "major required-argument-added do_it x",
    ]);
    expect(lines(await differences([inputs({ x: {} })], [reading]))).toEqual(["major argument-removed do_it x"]);
    const dropping = { ...reading, steps: [{ stepId: "a", operationId: "dropA" }] };
    const kinds = lines(await differences([reading], [dropping]));
    expect(kinds).toContain("major hint-riskier do_it readOnlyHint");
    expect(kinds).toContain("minor workflow-changed do_it");
  });

  it("are told where they call otherwise, though they are listed as they were", async () => {
    const waiting = {
      ...reading,
      steps: [{ stepId: "a", operationId: "readA", onFailure: [{ name: "x", type: "retry" }] }],
    };
    expect(lines(await differences([reading], [waiting]))).toEqual(["minor workflow-changed do_it"]);
    expect(
      lines(
        await differences(
          [reading],
          [
            {
              ...reading,
              outputs: { x: "$steps.a.outputs.y" },
              steps: [{ stepId: "a", operationId: "readA", outputs: { y: "$statusCode" } }],
            },
          ],
        ),
      ),
    ).toEqual(["minor workflow-changed do_it"]);
    expect(lines(await differences([reading], [reading]))).toEqual([]);
  });

  it("keep their sameness where another one takes their name", async () => {
    const other: Workflow = { ...reading, workflowId: "readA", summary: "Other" };
    const found = lines(await differences([reading], [{ ...other, workflowId: "do-it" }, reading]));
    expect(found).toContain("major tool-renamed do_it_2");
    expect(found).toContain("major tool-replaced do_it");
  });

  it("are the same by lock, and by the files of a project", async () => {
    const [before, after] = [await modelOf(reading), await modelOf({ ...reading, summary: "Do it now" })];
    const locks = [surfaceOfLock(lockOf(before)), surfaceOfLock(lockOf(after))] as const;
    expect(lines(compareSurfaces(locks[0], locks[1]))).toEqual(["patch text-changed do_it"]);
    expect(lines(compareSurfaces(locks[0], surfaceOfModel(before)))).toEqual([]);
    expect(lines(compareSurfaces(locks[0], surfaceOfModel(await modelOf())))).toEqual(["major tool-removed do_it"]);
    const files: Readonly<Record<string, unknown>> = {
      "src/generated/apis.json": { name: before.project.name, apis: [] },
      "src/generated/workflows.json": before.workflows,
    };
    const read = await readSurface(
      { read: async (path) => (files[path] === undefined ? undefined : JSON.stringify(files[path])) },
      undefined,
    );
    const workflowsOnly = { tools: [], aliases: [] };
    expect(
      lines(
        compareSurfaces(
          { ...workflowsOnly, workflows: read?.surface.workflows ?? [] },
          { ...workflowsOnly, workflows: surfaceOfModel(before).workflows ?? [] },
        ),
      ),
    ).toEqual([]);
    expect(read?.surface.workflows).toHaveLength(1);
  });

  it("are not known of a lock of before, which named none", async () => {
    const model = await modelOf(reading);
    const { workflows: _, ...old } = lockOf(model, ["src/generated/workflows.json"]);
    expect(lines(compareSurfaces(surfaceOfLock(old), surfaceOfModel(model)))).toEqual([]);
    const none = lockOf(await modelOf());
    expect(lines(compareSurfaces(surfaceOfLock(none), surfaceOfModel(model)))).toEqual(["minor tool-added do_it"]);
  });
});
