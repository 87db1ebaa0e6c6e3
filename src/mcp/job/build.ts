/** The work that a server follows: what is recognised, what its owner says of it, and the tools that go on with it. */
import { defined } from "../../base/defined.ts";
import { isSame } from "../../base/json.ts";
import { likelyName } from "../../base/suggest.ts";
import { visible } from "../../base/visible.ts";
import { requestOf } from "../curation/anchor.ts";
import { type Tell, diagnosticOf } from "../curation/decision.ts";
import type { JobCall, JobPlan, JobsData, JobStatus, ServerApi, Tool } from "../model.ts";
import type { Names } from "../names/names.ts";
import { callablesOf } from "../workflow/operation-of.ts";
import { jobListings } from "./listings.ts";
import { type Candidate, candidateOf } from "./path-match.ts";
import { calledAs, followersOf } from "./followers.ts";
import { callOf } from "./readers.ts";
import { recogniseJob } from "./recognise.ts";
import type { JobsWish, JobWish } from "./wish.ts";
import { Work } from "./work.ts";

export interface BuiltJobs {
  readonly apis: readonly ServerApi[];
  /** Absent where no operation starts work that can be followed. */
  readonly jobs?: JobsData;
}

/**
 * The APIs with how the work is followed that their operations start.
 *
 * @param selected what of them became tools
 * @param wish absent: nobody wants it followed
 * @param names hands out names that no tool has
 * @param tell told of entries that speak of no operation, or of one that does not fit
 */
export function buildJobs(
  apis: readonly ServerApi[],
  selected: Parameters<typeof callablesOf>[0],
  wish: JobsWish | undefined,
  names: Names,
  tell: Tell,
): BuiltJobs {
  if (wish === undefined) return { apis };
  const callables = callablesOf(selected, apis);
  const plans = new Map<Tool, JobPlan>();
  const all = new Map<Tool, Candidate>(callables.map(({ operation, tool }) => [tool, candidateOf(operation, tool)]));
  const wishes = wishesByTool(wish.tools, [...all.values()], tell);
  const readers = new Map<string, Tool>([...all.keys()].map((tool) => [tool.listing.name, tool]));
  for (const { data } of apis) {
    const own = callables.filter(({ api }) => api === data.name).flatMap(({ tool }) => all.get(tool) ?? []);
    const work = new Work(own);
    for (const candidate of own) {
      const said = wishes.get(candidate.tool);
      const plan = planOf(candidate, work, said, wish.wait, tell);
      if (plan !== undefined) plans.set(candidate.tool, plan);
    }
  }
  const built = apis.map((api) => ({
    ...api,
    groups: api.groups.map((group) => ({
      ...group,
      tools: group.tools.map((tool) => withPlan(tool, plans.get(tool), readers)),
    })),
  }));
  const canEnd = [...plans.values()].some(({ cancel }) => cancel !== undefined);
  return { apis: built, jobs: jobListings(names, canEnd) };
}

/** Whose schema is not that of what is read at last promises it no longer: clients refuse what does not fit. */
function withPlan(tool: Tool, job: JobPlan | undefined, readers: ReadonlyMap<string, Tool>): Tool {
  if (job === undefined) return tool;
  const call = { ...tool.call, job };
  const [reading] = job.readings;
  const last = job.result?.tool ?? (reading?.by === "operation" ? reading.tool : undefined);
  const isSelf = reading?.by === "same";
  const reader = last === undefined ? undefined : readers.get(last);
  if (isSelf || (reader !== undefined && isSame(reader.result, tool.result))) return { ...tool, call };
  const { outputSchema: _schema, ...listing } = tool.listing;
  return { ...tool, listing, call, result: undefined };
}

function wishesByTool(wishes: readonly JobWish[], all: readonly Candidate[], tell: Tell): ReadonlyMap<Tool, JobWish> {
  return new Map(
    wishes.flatMap((wish) => {
      const found = candidateNamed(wish.operation, all);
      if (found !== undefined) return [[found.tool, wish] as const];
      const near = likelyName(
        wish.operation,
        all.flatMap(({ operation, tool }) => [operation.operationId ?? "", tool.listing.name]),
      );
      const meant = near === undefined ? "" : `; did you mean "${visible(near)}"?`;
      tell(diagnosticOf("unknown-operation", wish.place, `No tool is made of "${visible(wish.operation)}"${meant}`));
      return [];
    }),
  );
}

function candidateNamed(key: string, all: readonly Candidate[]): Candidate | undefined {
  return (
    all.find(({ operation }) => operation.operationId === key) ??
    all.find(({ operation }) => requestOf(operation) === key.trim().replace(/\s+/, " ")) ??
    all.find(({ tool }) => tool.listing.name === key)
  );
}

function planOf(
  start: Candidate,
  work: Work,
  said: JobWish | undefined,
  wait: number | undefined,
  tell: Tell,
): JobPlan | undefined {
  if (said?.follow === false) return undefined;
  const recognised = recogniseJob(start, work);
  const plan = said === undefined ? recognised : saidPlan(start, work, said, recognised, tell);
  if (plan === undefined) return undefined;
  const seconds = said?.wait ?? wait;
  return {
    ...plan,
    ...defined({ waitMs: seconds === undefined ? undefined : Math.round(seconds * 1_000) }),
    ...(said?.endWithCall === true ? { endsWithCall: true as const } : {}),
  };
}

/** What the owner says goes before what is recognised. */
function saidPlan(
  start: Candidate,
  work: Work,
  said: JobWish,
  recognised: JobPlan | undefined,
  tell: Tell,
): JobPlan | undefined {
  const fault = (message: string): undefined => {
    tell(diagnosticOf("invalid-job", said.place, message));
    return undefined;
  };
  const target = (key: string): Candidate | undefined =>
    candidateNamed(key, work.all) ?? fault(`No tool is made of "${visible(key)}"`);
  let plan = recognised;
  if (said.read !== undefined) {
    const candidate = target(said.read);
    if (candidate === undefined) return undefined;
    const call = callOf(start, candidate, work.answeredBy(start));
    if (call === undefined)
      return fault(`The arguments of "${visible(said.read)}" are neither those of the call nor in its answer`);
    const status = work.statusOf(candidate)?.status;
    plan = {
      ...defined({ started: plan?.started }),
      ...followersOf(start, { candidate, call, status: work.statusOf(candidate) }, work),
      readings: [{ by: "operation", ...call }],
      ...defined({ read: status ?? plan?.read }),
    };
  }
  if (plan === undefined)
    return fault("Nothing tells how the state of its work is read: name the operation that does by `read`");
  const [reading] = plan.readings;
  const reader =
    reading?.by === "operation" ? work.all.find(({ tool }) => tool.listing.name === reading.tool) : undefined;
  const named = (key: string | false | undefined, found: JobCall | undefined): JobCall | undefined => {
    if (key === undefined) return found;
    if (key === false) return undefined;
    const candidate = target(key);
    const called = candidate && (followed(reader, plan, candidate) ?? callOf(start, candidate, work.answeredBy(start)));
    return (
      called ??
      (candidate && fault(`The arguments of "${visible(key)}" are neither those of the call nor in its answer`))
    );
  };
  const { cancel, result, started, read, ...rest } = plan;
  return {
    ...rest,
    ...defined({
      started: saidStatus(said, started),
      read: saidStatus(said, read),
      cancel: named(said.cancel, cancel),
      result: named(said.result, result),
    }),
  };
}

/** Called with what the state is read with. */
function followed(
  reader: Candidate | undefined,
  { readings: [reading] }: JobPlan,
  target: Candidate,
): JobCall | undefined {
  if (reader === undefined || reading?.by !== "operation") return undefined;
  const { by: _by, ...call } = reading;
  return calledAs(reader, call, target);
}

function saidStatus(
  { status: at, pending, succeeded, failed, cancelled }: JobWish,
  found: JobStatus | undefined,
): JobStatus | undefined {
  const words = defined({ pending, succeeded, failed, cancelled });
  if (at === undefined && Object.keys(words).length === 0) return found;
  const place = at ?? found?.at;
  if (place === undefined) return undefined;
  const known = found !== undefined && found.at === place ? found : undefined;
  return { pending: [], succeeded: [], failed: [], cancelled: [], ...known, ...words, at: place };
}
