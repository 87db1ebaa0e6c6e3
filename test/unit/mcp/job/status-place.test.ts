/** Where an answer says how work stands: by which names, within which objects, and what stands beside it. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { standalone } from "../../../../src/base/schema/node.ts";
import { statusPlaceOf } from "../../../../src/mcp/job/status-place.ts";

const words = { type: "string", enum: ["queued", "running", "succeeded", "failed", "cancelled"] };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const placeIn = (schema: JsonObject) => statusPlaceOf(standalone.of(schema));

describe("a status", () => {
  it.each(
    [
      "status state phase job_status taskState run-status processingState operationStatus executionState exportStatus",
      "importStatus upload_status buildState batchStatus currentState overallStatus migrationState syncStatus scanStatus",
      "conversionStatus generationState trainingStatus workflowState actionStatus requestState reportStatus",
      "provisioningState lroStatus asyncPhase statusCode stateName statusText state_value status_type processStatus",
    ].flatMap((line) => line.split(" ")),
  )("may be called %s", (name) => {
    expect(placeIn(object({ [name]: words }))).toMatchObject({
      status: {
        at: `/${name}`,
        pending: ["queued", "running"],
        succeeded: ["succeeded"],
        failed: ["failed"],
        cancelled: ["cancelled"],
      },
      holder: "",
      name,
      isSure: true,
      isListed: true,
    });
  });

  it.each("statuses stat restate status_of my_status payment_status shipping_state country stages".split(" "))(
    "is not what is called %s",
    (name) => expect(placeIn(object({ [name]: words }))).toBeUndefined(),
  );

  it.each(
    [
      "data result results response item payload body job task run operation action execution export import batch build",
      "process request report migration sync scan status state attributes properties metadata meta info async_operation",
      "workflow archive backup snapshot deployment invocation",
    ].flatMap((line) => line.split(" ")),
  )("may stand within %s", (name) => {
    expect(placeIn(object({ [name]: object({ status: words }) }))).toMatchObject({
      status: { at: `/${name}/status` },
      holder: `/${name}`,
    });
  });

  it.each("owner pet jobs my_data payment".split(" "))("does not stand within %s", (name) => {
    expect(placeIn(object({ [name]: object({ status: words }) }))).toBeUndefined();
  });

  it("stands two objects deep at most, and the outer one counts", () => {
    const inner = object({ status: words });
    expect(placeIn(object({ data: object({ job: inner }) }))?.status.at).toBe("/data/job/status");
    expect(placeIn(object({ data: object({ job: object({ run: inner }) }) }))).toBeUndefined();
    expect(placeIn(object({ data: object({ job: inner }), status: words }))?.status.at).toBe("/status");
    expect(placeIn(object({ data: object({ job: inner }), run: inner }))?.status.at).toBe("/run/status");
  });

  it("is the surest, then one whose words are listed, then the one of the plainest name", () => {
    const text = { type: "string" };
    const maybe = { type: "string", enum: ["pending", "done"] };
    expect(placeIn(object({ status: text, data: object({ status: words }) }))?.status.at).toBe("/data/status");
    expect(placeIn(object({ status: text, data: object({ status: maybe }) }))?.status.at).toBe("/data/status");
    expect(placeIn(object({ jobStatus: text, state: text }))?.status.at).toBe("/state");
    expect(placeIn(object({ jobStatus: words, state: text }))?.status.at).toBe("/jobStatus");
  });

  it.each<[string, JsonObject, boolean, boolean]>([
    ["words of work that is done, ends well and fails", words, true, true],
    ["words that things have, too", { enum: ["pending", "done"] }, false, true],
    ["words without a failure", { enum: ["running", "done"] }, false, true],
    ["any text", { type: "string" }, false, false],
    ["words in an alternative", { anyOf: [{ type: "null" }, words] }, true, true],
  ])("of %s: sure %s, listed %s", (_what, schema, isSure, isListed) =>
    expect(placeIn(object({ status: schema }))).toMatchObject({ isSure, isListed }),
  );

  it.each<[string, JsonObject]>([
    ["a number", { type: "integer" }],
    ["words that only end", { enum: ["done", "failed"] }],
    ["words that only go on", { enum: ["queued", "running"] }],
    ["words of something else", { enum: ["red", "green"] }],
    ["an object of another kind", object({ code: { type: "string" } })],
  ])("is not %s", (_what, schema) => expect(placeIn(object({ status: schema }))).toBeUndefined());

  it("has waiting and running words as those that go on, in the order of the document, once each", () => {
    const schema = { enum: ["done", "pending", "running", "done", "unheardOf", "canceled"] };
    expect(placeIn(object({ status: schema }))?.status).toEqual({
      at: "/status",
      pending: ["pending", "running"],
      succeeded: ["done"],
      failed: [],
      cancelled: ["canceled"],
    });
  });

  it("is in the alternatives of an answer", () => {
    expect(placeIn({ oneOf: [object({ error: { type: "string" } }), object({ state: words })] })?.status.at).toBe(
      "/state",
    );
    expect(statusPlaceOf(undefined)).toBeUndefined();
  });
});

describe("what stands beside it", () => {
  const beside = (properties: JsonObject) => {
    const {
      at: _,
      pending,
      succeeded,
      failed,
      cancelled,
      ...details
    } = placeIn(object({ job: object({ status: words, ...properties }) }))?.status ?? {};
    expect([pending, succeeded, failed, cancelled]).toEqual([
      ["queued", "running"],
      ["succeeded"],
      ["failed"],
      ["cancelled"],
    ]);
    return details;
  };
  const number = { type: "integer" };

  it.each(
    "error errors lastError last_errors failureReason errorMessage failure failure_message errorDetails reason failed_reason".split(
      " ",
    ),
  )("is what went wrong, as %s, of any kind", (name) => {
    expect(beside({ [name]: {} })).toEqual({ error: `/job/${name}` });
  });

  it("is how far it is in parts of a hundred, where that is a number", () => {
    expect(beside({ progress: { type: "number" } })).toEqual({ percent: "/job/progress" });
    expect(beside({ progress: { anyOf: [{ type: "null" }, number] } })).toEqual({ percent: "/job/progress" });
    expect(beside({ progress: { type: "string" } })).toEqual({});
  });

  it.each("request_counts fileCounts counts progress stats statistics".split(" "))(
    "is how many are done of how many, also within %s",
    (name) => {
      expect(beside({ [name]: object({ completed: number, total: number }) })).toEqual({
        done: `/job/${name}/completed`,
        total: `/job/${name}/total`,
      });
    },
  );

  it("is no count without the other, and not of another kind", () => {
    expect(beside({ counts: object({ completed: number }) })).toEqual({});
    expect(beside({ counts: object({ total: number }) })).toEqual({});
    expect(beside({ counts: object({ completed: { type: "string" }, total: number }) })).toEqual({});
    expect(beside({ others: object({ completed: number, total: number }) })).toEqual({});
    expect(beside({ completed: number, total: number, counts: object({ completed: number, total: number }) })).toEqual({
      done: "/job/completed",
      total: "/job/total",
    });
  });

  it("is what is said of it, where that is text", () => {
    expect(beside({ message: { type: "string" } })).toEqual({ message: "/job/message" });
    expect(beside({ message: number })).toEqual({});
  });
});

describe("an operation of Google's APIs", () => {
  const whole = { done: { type: "boolean" }, error: {}, response: {} };
  it("is done, or is not", () => {
    expect(placeIn(object({ name: { type: "string" }, ...whole }))).toMatchObject({
      status: { at: "/done", pending: ["false"], succeeded: ["true"], failed: [], cancelled: [], error: "/error" },
      holder: "",
      name: "done",
      isSure: true,
      isListed: true,
    });
  });

  it.each<[string, JsonObject]>([
    ["without an error", { done: { type: "boolean" }, response: {} }],
    ["without a response", { done: { type: "boolean" }, error: {} }],
    ["where done is no switch", { ...whole, done: { type: "string" } }],
  ])("is none %s", (_what, properties) => expect(placeIn(object(properties))).toBeUndefined());
});
