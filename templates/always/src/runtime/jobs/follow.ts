/** Looks at work again and again until it has ended, or until the time for that is over. */
import type { Call, StepServices } from "../call/call.js";
import { defined } from "../data/defined.js";
import { LimitError, UpstreamError } from "../errors.js";
import type { OperationRow } from "../tools/tool-table.js";
import { Deadline, sleep } from "../upstream/deadline.js";
import type { Job } from "./job.js";
import { look, type Looked } from "./look.js";
import { type JobState, stateText } from "./state.js";

/** The last that was seen of work. */
export interface Followed {
  readonly state: JobState;
  /** The last answer about it; absent: there was none since it began. */
  readonly looked?: Looked;
  /** Milliseconds that the API asks to wait before the next look. */
  readonly waitMs?: number;
}

export interface Following {
  readonly row: OperationRow;
  readonly job: Job;
  /** What is known of it. */
  readonly state: JobState;
  /** Milliseconds before the first look; absent: as usual. */
  readonly waitMs?: number | undefined;
  /** Whether it has just begun: then some APIs do not know it yet. */
  readonly isNew: boolean;
  /** For all looks. */
  readonly milliseconds: number;
  /** Whether it is looked at once only. Default: no. */
  readonly isOnce?: boolean;
  readonly signal: AbortSignal;
}

/** What an API that does not say how long to wait is asked after, at first and at most; and what no wait is below. */
const firstMs = 1_000;
const longestMs = 10_000;
const leastMs = 200;
/** Looks in a row that may fail. */
const mostLacks = 4;

/** @throws CallError where the state cannot be asked for; the signal's reason if it aborts */
export async function follow(
  services: StepServices,
  call: Call,
  { row, job, state, waitMs, isNew, milliseconds, isOnce, signal }: Following,
): Promise<Followed> {
  const deadline = new Deadline(milliseconds, signal);
  let last: Followed = { state, ...defined({ waitMs }) };
  let lacks = 0;
  try {
    for (let count = 0; ; count += 1) {
      const wait = waitBefore(count, last.waitMs);
      if (wait > deadline.remainingMs) return last;
      if (wait > 0) await sleep(wait, deadline.signal);
      const looked = await lookOnce(services, call, row, job, deadline);
      const asked = defined({ waitMs: looked?.waitMs });
      if (
        looked === undefined ||
        isNotYet(looked, isNew && last.looked === undefined)
      ) {
        lacks += 1;
        const lacking = { ...last, ...asked, ...defined({ looked }) };
        if (lacks >= mostLacks || isOnce === true) return lacking;
        last = { ...last, ...asked };
        continue;
      }
      lacks = 0;
      last = { state: looked.state, looked, ...asked };
      if (looked.state.stage !== "pending" || isOnce === true) return last;
      call.progress?.(
        `${row.listing.title}: ${stateText(looked.state) || "at work"}`,
      );
    }
  } catch (fault) {
    // The time for looking is over, that of the call is not.
    if (deadline.expired && !signal.aborted) return last;
    throw fault;
  } finally {
    deadline.dispose();
  }
}

function isNotYet({ lack }: Looked, isNew: boolean): boolean {
  return lack === "for now" || (lack === "gone" && isNew);
}

function waitBefore(count: number, askedMs: number | undefined): number {
  if (askedMs === 0 && count === 0) return 0;
  if (askedMs !== undefined) return Math.max(leastMs, askedMs);
  return Math.min(longestMs, Math.round(firstMs * 1.5 ** count));
}

/** @returns `undefined` where the API could not be asked */
async function lookOnce(
  services: StepServices,
  call: Call,
  row: OperationRow,
  job: Job,
  deadline: Deadline,
): Promise<Looked | undefined> {
  try {
    return await look(services, call, row, job, deadline);
  } catch (fault) {
    const isPassing =
      fault instanceof UpstreamError || fault instanceof LimitError;
    if (!isPassing || deadline.signal.aborted) throw fault;
    return undefined;
  }
}
