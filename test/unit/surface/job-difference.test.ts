/** The tools that go on with long work, before and after: a model sees them come and go as it does any other tool. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";
import { compareSurfaces, type SurfaceDiff } from "../../../src/surface/diff.ts";
import { inspectModel, inspectSurface } from "../../../src/surface/inspection.ts";
import { readSurface } from "../../../src/surface/read.ts";
import { type Surface, surfaceOfLock, surfaceOfModel } from "../../../src/surface/surface.ts";
import { serverOf } from "../document.ts";
import { lockOf } from "./lock-of.ts";

const status: JsonObject = {
  type: "object",
  properties: { id: { type: "string" }, status: { enum: ["queued", "running", "succeeded", "failed", "cancelled"] } },
};
const answer = (code: string): JsonObject => ({
  [code]: { description: "It", content: { "application/json": { schema: status } } },
});
const named = (operationId: string, more: JsonObject): JsonObject => ({ operationId, ...more });
const id = { name: "id", in: "path", required: true, schema: { type: "string" } };

/** An API that makes reports, which takes a while, and can end one where it says so. */
const reports = (canEnd: boolean): JsonObject => ({
  paths: {
    "/reports": { post: named("makeReport", { responses: answer("202") }) },
    "/reports/{id}": { get: named("getReport", { parameters: [id], responses: answer("200") }) },
    ...(canEnd
      ? { "/reports/{id}/cancel": { post: named("cancelReport", { parameters: [id], responses: answer("200") }) } }
      : {}),
  },
});

const serverWith = (jobs: boolean, canEnd = true): ServerModel =>
  serverOf(reports(canEnd), undefined, jobs ? { jobs: { tools: [] } } : {}).model;

const lines = ({ differences }: SurfaceDiff): readonly string[] =>
  differences.map(({ severity, kind, subject }) => `${severity} ${kind} ${subject.name}`);

/** Only the tools that go on with work. */
const jobsOf = ({ jobs }: Surface): Surface => ({ tools: [], aliases: [], ...(jobs === undefined ? {} : { jobs }) });
const between = (before: Surface, after: Surface): SurfaceDiff => compareSurfaces(jobsOf(before), jobsOf(after));

describe("check_job and cancel_job", () => {
  const [without, both, checking] = [serverWith(false), serverWith(true), serverWith(true, false)];

  it("are added and removed like any tool, with what they cost and what permission lists say", () => {
    const added = between(surfaceOfModel(without), surfaceOfModel(both));
    expect(lines(added)).toEqual(["minor tool-added check_job", "minor tool-added cancel_job"]);
    expect(added.cost.tools.map(({ name, before, after }) => [name, before, after > 20])).toEqual([
      ["check_job", 0, true],
      ["cancel_job", 0, true],
    ]);
    const removed = between(surfaceOfModel(both), surfaceOfModel(without));
    expect(lines(removed)).toEqual(["major tool-removed check_job", "major tool-removed cancel_job"]);
    expect(removed.warnings.join()).toContain('"cancel_job"');
  });

  it("are one tool less where nothing can be ended any more", () => {
    expect(lines(between(surfaceOfModel(both), surfaceOfModel(checking)))).toEqual(["major tool-removed cancel_job"]);
  });

  it("are known by the lock", () => {
    expect(lockOf(both).jobs?.map(({ name, id: does }) => [name, does])).toEqual([
      ["check_job", "check"],
      ["cancel_job", "cancel"],
    ]);
    expect(lines(between(surfaceOfLock(lockOf(both)), surfaceOfModel(both)))).toEqual([]);
    expect(lines(between(surfaceOfLock(lockOf(without)), surfaceOfModel(checking)))).toEqual([
      "minor tool-added check_job",
    ]);
    expect(lines(between(surfaceOfLock(lockOf(both)), surfaceOfLock(lockOf(without))))).toEqual([
      "major tool-removed check_job",
      "major tool-removed cancel_job",
    ]);
  });

  it("are told where a later version words them otherwise", () => {
    const lock = lockOf(both);
    const jobs = (lock.jobs ?? []).map((tool) => ({ ...tool, description: "another" }));
    expect(lines(between(surfaceOfLock({ ...lock, jobs }), surfaceOfModel(both)))).toEqual([
      "patch text-changed check_job",
      "patch text-changed cancel_job",
    ]);
  });

  it("are not known of a lock of before, which named none", () => {
    const { jobs: _, ...old } = lockOf(both, ["src/generated/jobs.json"]);
    expect(lines(between(surfaceOfLock(old), surfaceOfModel(both)))).toEqual([]);
  });

  it("are read from the files of a project, and count there as they do in the list", async () => {
    const files: Readonly<Record<string, unknown>> = {
      "src/generated/apis.json": { name: both.project.name, apis: [] },
      "src/generated/jobs.json": both.jobs,
    };
    const read = async (path: string) => (files[path] === undefined ? undefined : JSON.stringify(files[path]));
    const found = (await readSurface({ read }, lockOf(both)))?.surface;
    if (found === undefined) throw new Error("There is no project");
    expect(found.jobs?.map(({ name }) => name)).toEqual(["check_job", "cancel_job"]);
    expect(lines(between(found, surfaceOfModel(both)))).toEqual([]);
    expect(inspectSurface(found, new Map()).cost.besides).toEqual(inspectModel(both).cost.besides);
    expect(inspectModel(both).cost.besides.tools).toBe(2);
    expect(inspectModel(without).cost.besides.tools).toBe(0);
  });
});
