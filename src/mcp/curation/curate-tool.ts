/** What the owner decides about one tool besides its arguments: texts, hints, limits. */
import type { Operation } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import type { Decided, Decision } from "./decision.ts";
import { idempotentMethods } from "../hints.ts";
import { shorten } from "../text/condense.ts";
import { maximumTitle } from "../text/describe.ts";
import { maximumDescription } from "../text/sentence.ts";
import { legibleText } from "../../base/plain-text.ts";
import type { Reason, ToolListing, ToolPolicy } from "../model.ts";

/** The listed parts of a tool that an owner may change, with why each is as it is. */
export interface CuratedListing {
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolListing["annotations"];
  readonly reasons: readonly Reason[];
}

/** Puts the owner's texts and hints in place of what the document says. */
export function curateListing(listing: CuratedListing, decision: Decision): CuratedListing {
  const reasons = [...listing.reasons];
  const decided = <Value>(about: Reason["about"], found: Decided<Value> | undefined): Value | undefined => {
    if (found !== undefined) reasons.push({ about, text: `set by ${found.by}` });
    return found?.value;
  };
  const title = decided("title", decision.title);
  const description = decided("description", decision.description);
  let { annotations } = listing;
  for (const hints of decision.hints) {
    const { readOnly, destructive, idempotent, openWorld } = hints.value;
    // What only reads destroys nothing and can be repeated, unless the owner says otherwise.
    const reads = readOnly === true ? { destructiveHint: false, idempotentHint: true } : {};
    annotations = {
      readOnlyHint: readOnly ?? annotations.readOnlyHint,
      destructiveHint: destructive ?? reads.destructiveHint ?? annotations.destructiveHint,
      idempotentHint: idempotent ?? reads.idempotentHint ?? annotations.idempotentHint,
      openWorldHint: openWorld ?? annotations.openWorldHint,
    };
    const set = Object.keys(hints.value).map((hint) => `${hint}Hint`);
    if (set.length > 0) reasons.push({ about: "hints", text: `${set.join(", ")} set by ${hints.by}` });
  }
  return {
    title: nonEmpty(title, maximumTitle) ?? listing.title,
    description: nonEmpty(description, maximumDescription) ?? listing.description,
    annotations,
    reasons,
  };
}

function nonEmpty(text: string | undefined, maximum: number): string | undefined {
  const legible = shorten(legibleText(text ?? ""), maximum);
  return legible === "" ? undefined : legible;
}

/** The tags that an operation's tool is grouped by. */
export function tagged(operation: Operation, { tags }: Decision): Operation {
  return tags === undefined ? operation : { ...operation, tags: tags.value };
}

/** The limits of a tool, `undefined` where the owner sets none; and who set them. */
export function policyOf(
  { limits, timeout, scopes, answer, idempotencyKey }: Decision,
  { method }: Pick<Operation, "method">,
): {
  readonly policy: ToolPolicy | undefined;
  readonly reasons: readonly Reason[];
} {
  // Of a selector, others may be among those that it fits: they are safe to repeat as they are.
  const keyed = idempotentMethods.has(method) ? undefined : idempotencyKey;
  const policy: ToolPolicy = {
    ...(scopes === undefined || scopes.value.length === 0 ? {} : { scopes: [...new Set(scopes.value)].sort() }),
    ...defined({
      callsPerMinute: limits?.value.callsPerMinute,
      answerBytes: limits?.value.answerBytes,
      answerTokens: answer?.value.tokens,
      idempotencyKey: keyed?.value,
    }),
    ...(timeout === undefined ? {} : { timeoutMs: Math.max(1, Math.round(timeout.value * 1000)) }),
  };
  const settings = [
    ["scopes", scopes],
    ["limits", limits],
    ["timeout", timeout],
    ["idempotency key", keyed],
  ] as const;
  return {
    policy: Object.keys(policy).length === 0 ? undefined : policy,
    reasons: settings.flatMap(([what, found]) =>
      found === undefined ? [] : [{ about: "limits", text: `${what} set by ${found.by}` }],
    ),
  };
}
