/** Has a call approved: by the user of the client, or out of band, by whoever has a link to the page of approvals. */
import { callerFields } from "../access/authority.js";
import type { Call, StepServices } from "../call/call.js";
import { defined } from "../data/defined.js";
import type { JsonValue } from "../data/model-parts.js";
import { CallError, PolicyError, QuestionForUser } from "../errors.js";
import { scrubText } from "../secret.js";
import { visibleLine } from "../text/visible.js";
import { type Approvals, digestOf } from "./approvals.js";
import type { ApprovalSettings } from "./approval-settings.js";
import { linkProof, type Signing } from "./signing.js";
import type { ApprovalWebhook } from "./webhook.js";

/** How calls are approved. */
export interface Approving {
  readonly approvals: Approvals;
  readonly settings: ApprovalSettings;
  /** Whom to tell; absent: nobody. */
  readonly told?: {
    readonly signing: Signing;
    readonly webhook: ApprovalWebhook;
  };
  /** Name of this server. */
  readonly server: string;
}

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
  approving: Approving,
  { log }: StepServices,
  wanted: Wanted,
): Promise<void> {
  try {
    await decided(approving, wanted);
  } catch (fault) {
    if (fault instanceof CallError || fault instanceof QuestionForUser)
      throw fault;
    log.error("approval", { error: fault });
    throw cannotAskNow(wanted);
  }
}

async function decided(approving: Approving, wanted: Wanted): Promise<void> {
  const { approvals, settings } = approving;
  const { call, byRule, meaning, preview } = wanted;
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
  const isElsewhere = settings.page !== undefined;
  const said = isElsewhere ? await approvals.take(digest) : undefined;
  if (said === "approve") return pass();
  const reply = asking?.reply;
  if (said === "decline" || reply?.isYes === false) {
    notes.approval = "declined";
    const who = said === undefined ? "The user" : "Whoever decides";
    throw new PolicyError(`${who} did not approve this call of ${name}`, {
      hint: "Do not repeat it unless they ask for it.",
    });
  }
  if (reply !== undefined && (await approvals.settle(reply.state, digest)))
    return pass();
  if (asking?.canAsk === true) {
    const message = await preview();
    const question = await approvals.open({ digest, message });
    notes.approval = "asked";
    throw new QuestionForUser(message, question);
  }
  if (isElsewhere) {
    notes.approval = "asked";
    throw await askedElsewhere(approving, wanted, digest);
  }
  notes.approval = "impossible";
  if (settings.mode === "auto" && !byRule) return;
  throw new PolicyError(
    `A call of ${name} has to be approved by its user, and this client cannot ask them`,
    {
      hint: "Use a client that shows questions of servers (elicitation; over HTTP one of MCP 2026-07-28), or have whoever runs this server set MCP_APPROVAL_WEBHOOK or MCP_APPROVAL_KEY.",
    },
  );
}

/** Opens a question at the page of approvals, tells of it, and gives what the model is told. */
async function askedElsewhere(
  approving: Approving,
  wanted: Wanted,
  digest: string,
): Promise<PolicyError> {
  const { approvals, settings, told } = approving;
  const { call, preview } = wanted;
  // A call that is repeated while it waits is no further question.
  const isNew = told !== undefined && (await approvals.beginWaiting(digest));
  const lost = (): Promise<void> => approvals.endWaiting(digest);
  let ways: readonly string[];
  try {
    const hasKey = settings.key !== undefined;
    const question =
      isNew || hasKey
        ? { digest, message: await preview() }
        : { digest, message: "" };
    const isTold = isNew
      ? told.webhook.tell(
          "approval.requested",
          await messageOf(approving, call, question),
          lost,
        )
      : told !== undefined;
    if (isNew && !isTold) {
      await lost();
      if (!hasKey) return cannotAskNow(wanted);
    }
    ways = [
      ...(isTold ? ["Whoever decides has been told of it."] : []),
      ...(hasKey
        ? [
            `Give a person who may approve it this link: ${settings.page}?id=${await approvals.open(question)} .`,
          ]
        : []),
    ];
  } catch (fault) {
    if (isNew) await lost();
    throw fault;
  }
  const minutes = Math.max(1, Math.round(settings.expiresInMs / 60_000));
  return new PolicyError(
    `A call of ${call.row.listing.name} has to be approved by a person`,
    {
      hint: `${ways.join(" ")} Once they have approved, make the same call again. They have ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    },
  );
}

/** What the webhook is told: all texts without secrets, and a link that lets whoever has it decide. */
async function messageOf(
  { approvals, settings, told, server }: Approving,
  { row, caller, reach, notes }: Call,
  question: { readonly digest: string; readonly message: string },
) {
  if (told === undefined) throw new Error("Nobody is told of questions");
  const until = Date.now() + settings.expiresInMs;
  const name = await approvals.open(question);
  const proof = await linkProof(told.signing, name, until);
  const link = new URLSearchParams({ id: name, ...proof });
  const who = Object.entries(callerFields(caller)).map(
    ([field, text]) => [field, clean(String(text))] as const,
  );
  return {
    server,
    tool: row.listing.name,
    title: clean(row.listing.title),
    ...Object.fromEntries(who),
    ...defined({ toolset: reach?.toolset, rule: notes?.rule }),
    preview: question.message,
    link: `${settings.page}?${link}`,
    expires: new Date(until).toISOString(),
  };
}

function clean(text: string): string {
  return visibleLine(scrubText(text), 500);
}

function cannotAskNow({ call }: Wanted): PolicyError {
  return new PolicyError(
    `A call of ${call.row.listing.name} has to be approved, and that cannot be asked now`,
    { hint: "Try again in a minute.", retryAfterMs: 60_000 },
  );
}
