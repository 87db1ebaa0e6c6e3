/** Which operations start work that goes on, and how it is followed: small documents, each of one kind. */
import { describe, expect, it } from "vitest";
import { stageOf } from "../../../../templates/always/src/runtime/jobs/words.ts";
import type { Diagnostic } from "../../../../src/base/diagnostics.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { buildServer } from "../../../../src/mcp/build.ts";
import { noCheck } from "../../../../src/mcp/curation/value-check.ts";
import type { JobWish } from "../../../../src/mcp/job/wish.ts";
import type { JobPlan, ServerModel, Tool } from "../../../../src/mcp/model.ts";
import { apiOf } from "../../document.ts";

const place = { file: "openapi-to-mcp.yaml", pointer: "/jobs" };

function serverOf(paths: JsonObject, tools: readonly JobWish[] = [], components: JsonObject = {}) {
  const told: Diagnostic[] = [];
  const { api } = apiOf({ paths, components });
  const checks = { tell: (diagnostic: Diagnostic) => void told.push(diagnostic), valueCheck: noCheck };
  const model = buildServer([{ api, report: () => undefined }], { jobs: { tools } }, checks);
  return { model, told };
}

const toolsIn = ({ apis }: ServerModel): readonly Tool[] =>
  apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools));

/** By `METHOD /path` of the operations that start work. */
function plansOf(paths: JsonObject, tools?: readonly JobWish[], components?: JsonObject): Record<string, JobPlan> {
  const { model } = serverOf(paths, tools, components);
  return Object.fromEntries(
    toolsIn(model).flatMap(({ call: { request, job } }) =>
      job === undefined ? [] : [[`${request.method} ${request.path}`, job]],
    ),
  );
}

const json = (schema: JsonObject, status = "200", more: JsonObject = {}): JsonObject => ({
  [status]: { description: "It", content: { "application/json": { schema } }, ...more },
});
const words = ["queued", "running", "succeeded", "failed", "cancelled"];
const job: JsonObject = {
  type: "object",
  properties: {
    id: { type: "string" },
    status: { type: "string", enum: words },
    progress: { type: "integer" },
    error: { type: "string" },
  },
};
const id = (name: string): JsonObject => ({ name, in: "path", required: true, schema: { type: "string" } });
const get = (operationId: string, names: readonly string[], schema: JsonObject = job): JsonObject => ({
  operationId,
  parameters: names.map(id),
  responses: json(schema),
});
const post = (
  operationId: string,
  responses: JsonObject,
  names: readonly string[] = [],
  more: JsonObject = {},
): JsonObject => ({
  operationId,
  parameters: names.map(id),
  responses,
  ...more,
});
const done = { "204": { description: "Done" } };

describe("work is recognised", () => {
  it("by a status that its answer has, and a GET of the item", () => {
    const plans = plansOf({
      "/jobs": { post: post("createJob", json(job, "201")) },
      "/jobs/{jobId}": { get: get("getJob", ["jobId"]), delete: post("deleteJob", done, ["jobId"]) },
      "/jobs/{jobId}/cancel": { post: post("cancelJob", json(job), ["jobId"]) },
      "/jobs/{jobId}/results": { get: get("getResults", ["jobId"], { type: "object" }) },
    });
    const status = {
      at: "/status",
      pending: ["queued", "running"],
      succeeded: ["succeeded"],
      failed: ["failed"],
      cancelled: ["cancelled"],
      percent: "/progress",
      error: "/error",
    };
    const arguments_ = { jobId: { at: "/id" } };
    expect(plans["POST /jobs"]).toEqual({
      readings: [{ by: "operation", tool: "get_job", arguments: arguments_ }],
      started: status,
      read: status,
      cancel: { tool: "cancel_job", arguments: arguments_ },
      result: { tool: "get_results", arguments: arguments_ },
    });
    // Ending it is work as well, and nothing ends that.
    expect(plans["POST /jobs/{jobId}/cancel"]).toMatchObject({
      readings: [{ by: "operation", tool: "get_job", arguments: { jobId: { argument: "jobId" } } }],
    });
    expect(plans["POST /jobs/{jobId}/cancel"]?.cancel).toBeUndefined();
    expect(Object.keys(plans)).toEqual(["POST /jobs", "POST /jobs/{jobId}/cancel"]);
  });

  it.each<[string, JsonObject, readonly JobPlan["readings"][number][]]>([
    [
      "by the header of what is accepted",
      { "/a": { post: post("a", { "202": { description: "Later", headers: { "Operation-Location": {} } } }) } },
      [{ by: "header", name: "operation-location" }],
    ],
    [
      "by a link",
      {
        "/a": {
          post: post("a", {
            "202": {
              description: "Later",
              content: {
                "application/json": { schema: { type: "object", properties: { ticket: { type: "string" } } } },
              },
              links: { status: { operationId: "look", parameters: { key: "$response.body#/ticket" } } },
            },
          }),
        },
        "/tickets/{key}": { get: get("look", ["key"]) },
      },
      [{ by: "operation", tool: "look", arguments: { key: { at: "/ticket" } } }],
    ],
    [
      "by a property that is the URL of its state",
      {
        "/a": {
          post: post(
            "a",
            json({ type: "object", properties: { status_url: { type: "string", format: "uri" } } }, "202"),
          ),
        },
      },
      [{ by: "property", at: "/status_url" }],
    ],
    [
      "by the id of a job, and the operation that reads jobs",
      {
        "/videos/{video}/render": {
          post: post("render", json({ type: "object", properties: { job_id: { type: "string" } } }, "202"), ["video"]),
        },
        "/jobs/{id}": { get: get("getJob", ["id"]) },
      },
      [{ by: "operation", tool: "get_job", arguments: { id: { at: "/job_id" } } }],
    ],
    [
      "by an action within the answer",
      {
        "/servers": {
          post: post(
            "createServer",
            json({ type: "object", properties: { server: { type: "object" }, action: job } }, "201"),
          ),
        },
        "/actions/{id}": { get: get("getAction", ["id"], { type: "object", properties: { action: job } }) },
      },
      [{ by: "operation", tool: "get_action", arguments: { id: { at: "/action/id" } } }],
    ],
    [
      "by the thing that an action is one of",
      {
        "/runs/{run}": { get: get("getRun", ["run"]) },
        "/runs/{run}/restart": { post: post("restart", json({ type: "object" }, "202"), ["run"]) },
      },
      [{ by: "operation", tool: "get_run", arguments: { run: { argument: "run" } } }],
    ],
    [
      "by 202 of what reads: the same again",
      {
        "/stats": {
          get: { operationId: "stats", responses: { ...json({ type: "object" }), "202": { description: "Later" } } },
        },
      },
      [{ by: "same" }],
    ],
  ])("%s", (_what, paths, readings) => {
    expect(Object.values(plansOf(paths)).map((plan) => plan.readings)).toEqual([readings]);
  });

  it("as Google's APIs have it", () => {
    const operation = {
      type: "object",
      properties: {
        name: { type: "string" },
        done: { type: "boolean" },
        error: { type: "object" },
        response: { type: "object" },
      },
    };
    const plans = plansOf(
      {
        "/projects": { post: post("create", json(operation)) },
        "/operations/{name}": { get: get("getOperation", ["name"], operation) },
      },
      [{ operation: "create", read: "getOperation", place }],
    );
    expect(plans["POST /projects"]).toMatchObject({
      readings: [{ tool: "get_operation", arguments: { name: { at: "/name" } } }],
      read: { at: "/done", pending: ["false"], succeeded: ["true"], error: "/error" },
    });
  });

  it("where what is made of a thing is another one, which the answer names", () => {
    const components = { schemas: { Video: job } };
    const reference = { $ref: "#/components/schemas/Video" };
    const plans = plansOf(
      {
        "/videos/{id}": { get: get("getVideo", ["id"], reference) },
        "/videos/{id}/remix": { post: post("remix", json(reference), ["id"]) },
      },
      [],
      components,
    );
    expect(plans["POST /videos/{id}/remix"]?.readings).toEqual([
      { by: "operation", tool: "get_video", arguments: { id: { at: "/id" } } },
    ]);
  });
});

describe("no work is", () => {
  const item = { "/things/{id}": { get: get("getThing", ["id"]) } };
  it.each<[string, JsonObject]>([
    [
      "a change of a thing that has such a status",
      {
        "/things/{id}": {
          get: get("getThing", ["id"]),
          post: post("update", json(job), ["id"]),
          patch: post("patch", json(job), ["id"]),
        },
      },
    ],
    [
      "a status that the caller sets",
      {
        ...item,
        "/things": {
          post: post("create", json(job), [], {
            requestBody: {
              content: {
                "application/json": { schema: { type: "object", properties: { status: { type: "string" } } } },
              },
            },
          }),
        },
      },
    ],
    [
      "a thing for sale",
      {
        "/pets": {
          post: post(
            "create",
            json({
              type: "object",
              properties: { id: { type: "string" }, status: { enum: ["available", "pending", "sold"] } },
            }),
          ),
        },
        "/pets/{id}": { get: get("getPet", ["id"]) },
      },
    ],
    [
      "an order that people work on",
      {
        "/orders": {
          post: post(
            "create",
            json({
              type: "object",
              properties: {
                id: { type: "string" },
                status: { enum: ["pending", "shipped", "delivered", "cancelled"] },
              },
            }),
          ),
        },
        "/orders/{id}": { get: get("getOrder", ["id"]) },
      },
    ],
    [
      "a switch",
      {
        "/things": {
          post: post(
            "create",
            json({ type: "object", properties: { id: { type: "string" }, state: { enum: ["active", "inactive"] } } }),
          ),
        },
        ...item,
      },
    ],
    [
      "what is accepted and tells no more",
      { "/events": { post: post("send", { "202": { description: "Accepted" } }) } },
    ],
    [
      "a thing that is there at once, or accepted, with words that nobody lists",
      {
        "/pods": {
          post: post("create", {
            ...json({ type: "object", properties: { name: { type: "string" }, status: { type: "string" } } }, "201"),
            "202": { description: "Accepted" },
          }),
        },
        "/pods/{name}": { get: get("read", ["name"], { type: "object", properties: { status: { type: "string" } } }) },
      },
    ],
    [
      "a thing whose words are others than those of what is read",
      {
        "/stores/{id}": {
          get: get("getStore", ["id"], {
            type: "object",
            properties: { status: { enum: ["running", "succeeded", "failed"] } },
          }),
        },
        "/stores/{id}/fill": { post: post("fill", json(job), ["id"]) },
      },
    ],
  ])("%s", (_what, paths) => {
    expect(plansOf(paths)).toEqual({});
  });
});

describe("the owner", () => {
  const paths = {
    "/jobs": { post: post("createJob", json(job, "201")) },
    "/jobs/{jobId}": { get: get("getJob", ["jobId"]), delete: post("removeJob", done, ["jobId"]) },
    "/chores": { post: post("startWork", json({ type: "object", properties: { id: { type: "string" } } }, "201")) },
    "/chores/{id}": { get: get("getWork", ["id"], { type: "object", properties: { how: { type: "string" } } }) },
  };

  it("says what is not recognised, and what is not meant", () => {
    const plans = plansOf(paths, [
      { operation: "createJob", cancel: "removeJob", pending: ["queued"], wait: 3, endWithCall: true, place },
      { operation: "POST /chores", read: "getWork", status: "/how", pending: ["busy"], succeeded: ["ok"], place },
    ]);
    expect(plans["POST /jobs"]).toMatchObject({
      started: { at: "/status", pending: ["queued"], succeeded: ["succeeded"] },
      cancel: { tool: "remove_job", arguments: { jobId: { at: "/id" } } },
      waitMs: 3_000,
      endsWithCall: true,
    });
    expect(plans["POST /chores"]).toMatchObject({
      readings: [{ by: "operation", tool: "get_work", arguments: { id: { at: "/id" } } }],
      read: { at: "/how", pending: ["busy"], succeeded: ["ok"], failed: [] },
    });
    expect(plansOf(paths, [{ operation: "create_job", follow: false, place }])).toEqual({});
  });

  it("is told what cannot be", () => {
    const { told } = serverOf(paths, [
      { operation: "createJobs", place },
      { operation: "startWork", place },
      { operation: "createJob", cancel: "nothing", place },
      { operation: "removeJob", read: "getWork", place },
    ]);
    expect(told.map(({ code, message }) => [code, message])).toEqual(
      [
        ["unknown-operation", 'No tool is made of "createJobs"; did you mean "createJob"?'],
        ["invalid-job", 'No tool is made of "nothing"'],
        ["invalid-job", "Nothing tells how the state of its work is read: name the operation that does by `read`"],
        ["invalid-job", 'The arguments of "getWork" are neither those of the call nor in its answer'],
      ].sort(
        (one, other) =>
          told.findIndex(({ message }) => message === one[1]) - told.findIndex(({ message }) => message === other[1]),
      ),
    );
    expect(told).toHaveLength(4);
  });

  it("gets two tools whose names no other has, and no output schema that the result would break", () => {
    const { model } = serverOf({
      ...paths,
      "/check": { get: { operationId: "check_job", responses: json({ type: "object" }) } },
    });
    expect(model.jobs?.check.name).toBe("check_job_2");
    // Nothing in this document ends work.
    expect(model.jobs?.cancel).toBeUndefined();
    const tool = toolsIn(model).find(({ listing }) => listing.name === "create_job");
    expect(tool?.listing.outputSchema).toBeDefined();
    const other = serverOf({
      ...paths,
      "/jobs/{jobId}/result": {
        get: get("getResult", ["jobId"], { type: "object", properties: { rows: { type: "integer" } } }),
      },
    });
    const changed = toolsIn(other.model).find(({ listing }) => listing.name === "create_job");
    expect(changed?.listing.outputSchema).toBeUndefined();
  });

  it("who does not ask for it has nothing of it", () => {
    const { api } = apiOf({ paths });
    const model = buildServer([{ api, report: () => undefined }]);
    expect(model.jobs).toBeUndefined();
    expect(toolsIn(model).some(({ call }) => call.job !== undefined)).toBe(false);
  });
});

it.each<[string, ReturnType<typeof stageOf>]>([
  ["IN_PROGRESS", "pending"],
  ["inProgress", "pending"],
  ["JOB_STATE_SUCCEEDED", "succeeded"],
  ["validating_files", "pending"],
  ["pending", "waiting"],
  ["Not Started", "pending"],
  ["not_processed", undefined],
  ["unfinished", undefined],
  ["timed-out", "failed"],
  ["partially_failed", "failed"],
  ["Cancelled", "cancelled"],
  ["sold", undefined],
  ["", undefined],
  ["x".repeat(100), undefined],
])("the word %s is %s", (word, stage) => {
  expect(stageOf(word)).toBe(stage);
});
