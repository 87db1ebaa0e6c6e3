/** The tools by which a client goes on with work that took longer than a call: one asks for its state, one ends it. */
import { authorise } from "../call/authorise.js";
import type { Call, StepServices, WorkflowTool } from "../call/call.js";
import type { Variables } from "../host.js";
import type { JobsData, JsonObject, ToolListing } from "../data/model.js";
import { ArgumentError } from "../errors.js";
import { textBlock } from "../response/content-block.js";
import type { CallResult } from "../response/result.js";
import type { OperationRow } from "../tools/tool-table.js";
import { follow, type Followed } from "./follow.js";
import { Handles } from "./handle.js";
import type { Job } from "./job.js";
import { ended, type GoingOn, goingOn, unknown } from "./told.js";

/** Seconds that a question for the state waits for the end of the work unless it says otherwise. */
const defaultSeconds = 10;
/** What is left of a call's time for its result. */
const leftMs = 500;

interface Own {
  readonly handles: Handles;
  readonly names: JobsData;
}

/** What the tool that asks for states has, by that tool: the step finds it in the table. */
const known = new WeakMap<object, Own>();

/** @throws ConfigurationError for a key that could be guessed */
export function jobTools(
  names: JobsData,
  variables: Variables,
  storeKey: string | undefined,
): readonly WorkflowTool[] {
  const own = { names, handles: new Handles(variables, storeKey) };
  const checking = toolOf(names.check, (args, call, services) =>
    check(args, call, services, own),
  );
  known.set(checking, own);
  return [
    checking,
    ...(names.cancel === undefined
      ? []
      : [toolOf(names.cancel, (args, call) => cancel(args, call, own))]),
  ];
}

function toolOf(
  listing: ToolListing,
  runWith: (
    args: JsonObject,
    call: Call,
    services: StepServices,
  ) => Promise<CallResult>,
): WorkflowTool {
  return {
    ...listing,
    inputSchema: { ...listing.inputSchema } as JsonObject & {
      readonly type: "object";
    },
    run() {
      throw new Error("A tool for jobs runs with the call that asks for it");
    },
    runWith: (args, call, services) => runWith(args, call as Call, services),
  };
}

async function check(
  args: JsonObject,
  call: Call,
  services: StepServices,
  { handles }: Own,
): Promise<CallResult> {
  const job = await handles.read(String(args["handle"]), call);
  const row = await startOf(services, call, job);
  const { timeoutMs } = services.settings;
  const longest = (row.policy.timeoutMs ?? timeoutMs) - leftMs;
  const seconds = Number(args["wait_seconds"] ?? defaultSeconds);
  const followed = await follow(services, call, {
    row,
    job,
    state: { stage: "pending" },
    waitMs: 0,
    isNew: false,
    // The first look takes the time that it takes.
    milliseconds: seconds === 0 ? longest : Math.min(longest, seconds * 1_000),
    isOnce: seconds === 0,
    signal: call.signal,
  });
  const last = await finished(call, row, job, followed);
  if (last !== undefined) return last;
  const isTold =
    followed.looked !== undefined && followed.looked.lack === undefined;
  const result = isTold ? followed.looked.result : { content: [] };
  return goingOn(result, followed, await handlesOf(services, call, job));
}

async function cancel(
  args: JsonObject,
  call: Call,
  { handles, names }: Own,
): Promise<CallResult> {
  const job = await handles.read(String(args["handle"]), call);
  if (call.notes !== undefined) call.notes.job = job.start;
  if (job.cancel === undefined)
    throw new ArgumentError(
      `The API has no way to end what ${job.start} started, as far as its document says`,
    );
  const { isError, ...result } = await call.callTool(
    job.cancel.tool,
    job.cancel.args,
    { recorded: true },
  );
  if (isError === true) return { ...result, isError };
  const note = `Note: the API was asked to end the work. ${names.check.name} with the same handle tells when it has.`;
  return { ...result, content: [...result.content, textBlock(note)] };
}

/**
 * The operation that started work, which the caller has to be allowed to call.
 *
 * @throws ArgumentError where the server has it no longer; ScopeError, PolicyError where the caller may not call it
 */
async function startOf(
  services: StepServices,
  call: Call,
  { start }: Job,
): Promise<OperationRow> {
  const { row } = services.table.find(start);
  if (row?.kind !== "operation")
    throw new ArgumentError(
      `This server has no tool ${start} any more, which this work was started by`,
    );
  if (call.notes !== undefined) call.notes.job = start;
  const { notes: _notes, ...asked } = call;
  await authorise(services)({ ...asked, row }, async () => ({ content: [] }));
  return row;
}

/** The result of work that has ended, or whose state cannot be had; `undefined` while it goes on. */
export async function finished(
  call: Call,
  row: OperationRow,
  job: Job,
  { state, looked }: Followed,
): Promise<CallResult | undefined> {
  if (looked === undefined || looked.lack === "for now") return undefined;
  if (looked.lack !== undefined) return unknown(looked);
  if (state.stage === "pending") return undefined;
  const { title } = row.listing;
  if (state.stage !== "succeeded" || job.result === undefined)
    return ended(looked, title);
  const result = await call.callTool(job.result.tool, job.result.args);
  return result.isError === true
    ? ended(looked, title)
    : ended({ ...looked, result }, title);
}

/** The handle of a job for whoever calls. */
export async function handlesOf(
  { table }: StepServices,
  call: Call,
  job: Job,
): Promise<GoingOn> {
  const rows = table.names().map((name) => table.get(name));
  const own = rows
    .map((row) => (row?.kind === "custom" ? known.get(row.tool) : undefined))
    .find((found) => found !== undefined);
  if (own === undefined)
    throw new Error(
      "src/generated/jobs.json is not there: generate the project again",
    );
  const { handles, names } = own;
  return {
    handle: await handles.write(job, call),
    names,
    job,
    isShared: handles.isShared,
  };
}
