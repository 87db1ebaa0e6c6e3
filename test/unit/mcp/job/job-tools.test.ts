/** The two tools that go on with work, as a model gets them. */
import { expect, it } from "vitest";
import { jobListings } from "../../../../src/mcp/job/listings.ts";
import { maximumToolName, Names } from "../../../../src/mcp/names/names.ts";
import { jobToolsOf } from "../../../../src/mcp/plan/served-list.ts";

const handle = {
  type: "string",
  description: "The handle of the result that said that the work goes on, as it is",
};
const check = {
  name: "check_job",
  title: "Check on work",
  description:
    "Tells how work stands that a call has started and that was not done in its time, or gives what came of it. Waits a while for its end.",
  inputSchema: {
    type: "object",
    properties: {
      handle,
      wait_seconds: {
        type: "integer",
        description: "How long to wait for the end, in seconds; 0 looks once. Default 10",
        minimum: 0,
        maximum: 60,
      },
    },
    required: ["handle"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
};
const cancel = {
  name: "cancel_job",
  title: "End work",
  description:
    "Ends work that a call has started and that still goes on, where the API can. What is done already may stay done.",
  inputSchema: { type: "object", properties: { handle }, required: ["handle"], additionalProperties: false },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
};

it("are two where work can be ended, and one where none can", () => {
  expect(jobListings(new Names(maximumToolName), true)).toEqual({ check, cancel });
  expect(jobListings(new Names(maximumToolName), false)).toEqual({ check });
});

it("have other names where tools of the API have theirs", () => {
  const names = new Names(maximumToolName);
  names.allocate("check_job");
  names.allocate("cancel_job");
  const tools = jobToolsOf(jobListings(names, true)).map(({ name }) => name);
  expect(tools).toEqual(["check_job_2", "cancel_job_2"]);
});

it("are listed in this order, and not at all where no work is followed", () => {
  expect(jobToolsOf({ check, cancel } as never)).toEqual([check, cancel]);
  expect(jobToolsOf({ check } as never)).toEqual([check]);
  expect(jobToolsOf(undefined)).toEqual([]);
});
