/** What ends work, what gives its result, and whose arguments are whose, by the paths of operations. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { buildServer } from "../../../../src/mcp/build.ts";
import { candidateOf, matchedArguments, parameterOf, shapeOf } from "../../../../src/mcp/job/path-match.ts";
import type { JobPlan, Tool } from "../../../../src/mcp/model.ts";
import { apiOf } from "../../document.ts";

const json = (schema: JsonObject, status = "200"): JsonObject => ({
  [status]: { description: "It", content: { "application/json": { schema } } },
});
const job = (words: readonly string[]): JsonObject => ({
  type: "object",
  properties: { id: { type: "string" }, status: { type: "string", enum: [...words] } },
});
const sure = job(["queued", "running", "succeeded", "failed", "cancelled"]);
/** Of work, as far as can be told: its words are those of other things, too. */
const open = { type: "object", properties: { id: { type: "string" }, status: { type: "string" } } };
const parameters = (path: string): JsonObject[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
const operation = (path: string, method: string, operationId: string, more: JsonObject = {}): JsonObject => ({
  [path]: { [method]: { operationId, parameters: parameters(path), responses: json({ type: "object" }), ...more } },
});

/** The plan of `POST /jobs`, beside the operations given. */
function planWith(further: JsonObject, read: JsonObject = sure): JobPlan | undefined {
  const paths = {
    ...operation("/jobs", "post", "start", { responses: json(read, "202") }),
    ...operation("/jobs/{id}", "get", "look", { responses: json(read) }),
  };
  const merged = Object.entries(further).reduce<JsonObject>(
    (all, [path, item]) => ({ ...all, [path]: { ...(all[path] as JsonObject), ...(item as JsonObject) } }),
    paths,
  );
  const { apis } = buildServer([{ api: apiOf({ paths: merged }).api, report: () => undefined }], {
    jobs: { tools: [] },
  });
  const tools = apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  return tools.find(({ listing }) => listing.name === "start")?.call.job;
}

describe("work is ended", () => {
  it.each<[string, string, string]>([
    ["/jobs/{id}/cancel", "post", "end"],
    ["/jobs/{id}/Cancel", "post", "end"],
    ["/jobs/{id}/cancellation", "put", "end"],
    ["/jobs/{id}/abort", "patch", "end"],
    ["/jobs/{id}/cancel", "delete", "end"],
    ["/jobs/{id}:cancel", "post", "end"],
    ["/jobs/{id}:Abort", "post", "end"],
    ["/jobs/{id}/stop", "post", "end"],
    ["/jobs/{id}/Terminate", "post", "end"],
    ["/jobs/{id}", "delete", "cancelJob"],
    ["/jobs/{id}", "delete", "job_stop"],
    ["/jobs/{id}", "delete", "JobsTerminate"],
  ])("by %s %s (%s)", (path, method, operationId) => {
    const name = { end: "end", cancelJob: "cancel_job", job_stop: "job_stop", JobsTerminate: "jobs_terminate" };
    expect(planWith(operation(path, method, operationId))?.cancel).toEqual({
      tool: name[operationId as keyof typeof name],
      arguments: { id: { at: "/id" } },
    });
  });

  it.each<[string, JsonObject]>([
    ["that is called so in its title", { summary: "Abort the job" }],
    ["that is described so", { description: "Stops what goes on." }],
    ["that says so late in what 300 characters tell", { description: `${"word ".repeat(57)}a cancel` }],
  ])("by a DELETE %s", (_what, more) => {
    expect(planWith(operation("/jobs/{id}", "delete", "drop", more))?.cancel?.tool).toBe("drop");
  });

  it.each<[string, JsonObject]>([
    ["a DELETE that says nothing of it", operation("/jobs/{id}", "delete", "deleteJob")],
    [
      "one that says so after 300 characters",
      operation("/jobs/{id}", "delete", "drop", { description: `${"word ".repeat(60)}cancel` }),
    ],
    ["one that has the word within another", operation("/jobs/{id}", "delete", "unstoppable", { summary: "Nonstop" })],
    ["what reads", operation("/jobs/{id}/cancel", "get", "end")],
    ["what begins with the letters of another word", operation("/jobs/{id}/stopwatch", "post", "end")],
    ["what has the word at its end", operation("/jobs/{id}/uncancel", "post", "end")],
    ["that of other things", operation("/tasks/{id}/cancel", "post", "end")],
    ["that of all", operation("/jobs/cancel", "post", "end")],
    ["what needs more than the work's id", operation("/jobs/{id}/items/{item}/cancel", "post", "end")],
    [
      "what needs an argument that starting does not have",
      operation("/jobs/{id}/cancel", "post", "end", {
        parameters: [
          ...parameters("{id}"),
          { name: "reason", in: "query", required: true, schema: { type: "string" } },
        ],
      }),
    ],
  ])("by nothing: not by %s", (_what, further) => {
    const plan = planWith(further);
    expect(plan?.readings).toEqual([{ by: "operation", tool: "look", arguments: { id: { at: "/id" } } }]);
    expect(plan?.cancel).toBeUndefined();
  });

  it("by `stop` only where it surely is work: servers are stopped as well", () => {
    expect(planWith(operation("/jobs/{id}/stop", "post", "end"), open)?.cancel).toBeUndefined();
    expect(planWith(operation("/jobs/{id}/cancel", "post", "end"), open)?.cancel?.tool).toBe("end");
  });

  it("also where what starts it is a verb of the thing whose state tells", () => {
    const paths = {
      ...operation("/jobs/{id}", "get", "look", { responses: json(sure) }),
      ...operation("/jobs/{id}:run", "post", "start", { responses: json({ type: "object" }, "202") }),
      ...operation("/jobs/{id}:cancel", "post", "end"),
    };
    const { apis } = buildServer([{ api: apiOf({ paths }).api, report: () => undefined }], { jobs: { tools: [] } });
    const tools = apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
    expect(tools.find(({ listing }) => listing.name === "start")?.call.job).toMatchObject({
      readings: [{ tool: "look", arguments: { id: { argument: "id" } } }],
      cancel: { tool: "end", arguments: { id: { argument: "id" } } },
    });
    expect(tools.find(({ listing }) => listing.name === "end")?.call.job?.cancel).toBeUndefined();
  });

  it("also where its state is read below it", () => {
    const paths = {
      ...operation("/jobs", "post", "start", { responses: json(sure, "202") }),
      ...operation("/jobs/{id}/status", "get", "look", { responses: json(sure) }),
      ...operation("/jobs/{id}/cancel", "post", "end"),
      ...operation("/jobs/{id}/output", "get", "give"),
    };
    const { apis } = buildServer([{ api: apiOf({ paths }).api, report: () => undefined }], { jobs: { tools: [] } });
    const tools = apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
    expect(tools.find(({ listing }) => listing.name === "start")?.call.job).toMatchObject({
      readings: [{ tool: "look" }],
      cancel: { tool: "end" },
      result: { tool: "give" },
    });
  });
});

describe("the result of work is given", () => {
  it.each(["result", "results", "output", "outputs"])("by GET /jobs/{id}/%s", (name) => {
    expect(planWith(operation(`/jobs/{id}/${name}`, "get", "give"))?.result).toEqual({
      tool: "give",
      arguments: { id: { at: "/id" } },
    });
  });

  it.each<[string, JsonObject]>([
    ["another name", operation("/jobs/{id}/logs", "get", "give")],
    ["what writes", operation("/jobs/{id}/result", "post", "give")],
    ["that of all", operation("/jobs/result", "get", "give")],
  ])("by nothing: not by %s", (_what, further) => {
    expect(planWith(further)?.readings).toHaveLength(1);
    expect(planWith(further)?.result).toBeUndefined();
  });
});

describe("a path", () => {
  it.each<[string, string]>([
    ["/a/{b}/c", "a/{}/c"],
    ["/a/{b}.{c}", "a/{}.{}"],
    ["a//b/", "a/b"],
    ["/a/{b}.json", "a/{}"],
    ["/a.XML", "a"],
    ["/a.json/b", "a.json/b"],
    ["/a?x={y}&z=/b", "a"],
    ["/a/{+b}", "a/{}"],
    ["/a/{b}:run", "a/{}/:run"],
    ["/a:batchGet", "a/:batchGet"],
    ["/a:b/c", "a:b/c"],
    ["/:a", ":a"],
    ["/a/{b}:{c}", "a/{}:{}"],
  ])("%s has the shape %s", (template, shape) => {
    const { segments } = candidateOf({ template } as never, {} as Tool);
    expect(shapeOf(segments)).toBe(shape);
  });

  it.each<[string | undefined, string | undefined]>([
    ["{id}", "id"],
    ["{+id}", "id"],
    ["x{id}", undefined],
    ["{id}x", undefined],
    ["{a}{b}", undefined],
    ["id", undefined],
    ["{}", undefined],
    [undefined, undefined],
  ])("has in %j the parameter %j", (segment, name) => expect(parameterOf(segment)).toBe(name));
});

describe("arguments of one operation", () => {
  const candidate = (template: string, more: JsonObject = {}, required: readonly string[] = []) => {
    const path = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
    const properties = { ...Object.fromEntries(path.map((name) => [name, {}])), ...more };
    const tool = {
      listing: { name: "x", inputSchema: { properties, required: [...path, ...required] } },
      call: { request: { parameters: path.map((name) => ({ name, argument: name, in: "path" })) } },
    };
    return candidateOf({ template } as never, tool as never);
  };
  const known = (start: ReturnType<typeof candidate>, target: ReturnType<typeof candidate>) =>
    matchedArguments(start, target)?.arguments;

  it.each<[string, string, Record<string, string> | undefined]>([
    ["/a/{id}/b", "/a/{key}", { key: "id" }],
    ["/a/{id}", "/b/{id}", { id: "id" }],
    ["/a/{id}", "/b/{key}", {}],
    ["/a/{x}/b/{y}", "/a/{y}/b/{x}", { y: "x", x: "y" }],
    ["/c/{x}/b/{y}", "/a/{y}/b/{x}", { y: "y", x: "x" }],
    ["/a", "/a/{id}", {}],
    ["/a/v{n}/b", "/a/v{n}/c", {}],
    ["/b/v{n}/b", "/a/v{n}/c", undefined],
  ])("of %s are for %s: %j", (start, target, wanted) => {
    const found = known(candidate(start), candidate(target));
    if (wanted === undefined || start.includes("v{n}")) expect(found === undefined).toBe(wanted === undefined);
    else expect(found).toEqual(Object.fromEntries(Object.entries(wanted).map(([to, argument]) => [to, { argument }])));
  });

  it("are given under their names, where both need them besides the path", () => {
    const account = candidate("/a/{id}", { account: {} }, ["account"]);
    expect(known(account, candidate("/a/{id}/b", { account: {} }, ["account"]))).toEqual({
      id: { argument: "id" },
      account: { argument: "account" },
    });
    expect(known(candidate("/a/{id}"), candidate("/a/{id}/b", { account: {} }, ["account"]))).toBeUndefined();
    expect(known(candidate("/a/{id}"), candidate("/a/{id}/b", { account: {} }))).toEqual({ id: { argument: "id" } });
  });

  it("say of each path parameter where it stands", () => {
    expect(matchedArguments(candidate("/a/{id}"), candidate("/b/{x}/c/{id}"))?.path).toEqual([
      { name: "x", argument: "x", segment: 1 },
      { name: "id", argument: "id", segment: 3 },
    ]);
  });
});
