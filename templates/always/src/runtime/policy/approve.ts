/** Has a call approved: by the user of the client, or by a person at the page of approvals. */
import type { Call, StepServices } from "../call/call.js";
import type { JsonValue } from "../data/model-parts.js";
import { CallError, PolicyError, QuestionForUser } from "../errors.js";
import { type Approvals, digestOf } from "./approvals.js";
import type { ApprovalSettings } from "./approval-settings.js";

/** A call that somebody has to approve. */
export interface Wanted {
  readonly call: Call;
  /** Whether a rule of the owner's says so, and not the default alone. */
  readonly byRule: boolean;
  /** What is approved: another call needs another yes. */
  readonly meaning: JsonValue;
  preview(): Promise<string>;
}

/**
 * Returns once the call may go on.
 *
 * @throws QuestionForUser that the client shows, PolicyError where nobody approves
 */
export async function approved(
  approvals: Approvals,
  settings: ApprovalSettings,
  { log }: StepServices,
  wanted: Wanted,
): Promise<void> {
  try {
    await decided(approvals, settings, wanted);
  } catch (fault) {
    if (fault instanceof CallError || fault instanceof QuestionForUser)
      throw fault;
    log.error("approval", { error: fault });
    throw new PolicyError(
      `A call of ${wanted.call.row.listing.name} has to be approved, and that cannot be asked now`,
      { hint: "Try again in a minute.", retryAfterMs: 60_000 },
    );
  }
}

async function decided(
  approvals: Approvals,
  { mode, page }: ApprovalSettings,
  { call, byRule, meaning, preview }: Wanted,
): Promise<void> {
  const { caller, row, reach, asking, notes = {} } = call;
  const { name } = row.listing;
  const digest = await digestOf([
    caller.issuer ?? null,
    caller.id,
    reach?.toolset ?? null,
    name,
    meaning,
  ]);
  const pass = (): void => void Object.assign(notes, { approval: "approved" });
  if (page !== undefined && (await approvals.take(digest))) return pass();
  const reply = asking?.reply;
  if (reply?.isYes === false) {
    notes.approval = "declined";
    throw new PolicyError(`The user did not approve this call of ${name}`, {
      hint: "Do not repeat it unless they ask for it.",
    });
  }
  if (reply !== undefined && (await approvals.settle(reply.state, digest)))
    return pass();
  const isAsked = asking?.canAsk === true;
  if (!isAsked && page === undefined) {
    if (mode === "auto" && !byRule) {
      notes.approval = "impossible";
      return;
    }
    notes.approval = "impossible";
    throw new PolicyError(
      `A call of ${name} has to be approved by its user, and this client cannot ask them`,
      {
        hint: "Use a client that shows questions of servers (elicitation), or have whoever runs this server set MCP_APPROVAL_KEY.",
      },
    );
  }
  const question = await approvals.open({ digest, message: await preview() });
  notes.approval = "asked";
  if (isAsked) {
    const found = await approvals.find(question);
    throw new QuestionForUser(found?.message ?? name, question);
  }
  throw new PolicyError(`A call of ${name} has to be approved by a person`, {
    hint: `Give them this link: ${page}?id=${question} . Once they have approved, make the same call again.`,
  });
}
