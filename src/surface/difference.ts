/** A difference that a model, a client or an owner notices, and how much it matters to whoever uses the server. */
import type { Json } from "../base/json.ts";

/** As in semantic versioning: `major` breaks what worked, `minor` adds to it, `patch` says it in another way. */
export type Severity = "major" | "minor" | "patch";

/** The greatest severity of all differences, or `none` where there are none. */
export type Verdict = Severity | "none";

/** What a difference is about. */
export interface Subject {
  readonly kind: "tool" | "resource" | "prompt" | "server" | "egress" | "toolset";
  /** Name of the tool, prompt or toolset, URI of the resource, name of the server, host. */
  readonly name: string;
}

export interface Difference {
  readonly kind: DifferenceKind;
  readonly severity: Severity;
  readonly subject: Subject;
  /** Argument or field, such as `filter.status` or `tags[]`. */
  readonly at?: string;
  /** What is different: the end of a sentence that begins with the subject. Safe to show on a terminal. */
  readonly text: string;
  /** Why it has this severity, in one sentence without a full stop. */
  readonly reason: string;
  readonly before?: Json;
  readonly after?: Json;
}

interface Entry {
  readonly severity: Severity;
  readonly reason: string;
}

const refuses: Entry = { severity: "major", reason: "A call that was accepted may be refused" };
const accepts: Entry = { severity: "minor", reason: "Every call that was accepted still is" };
const wording: Entry = { severity: "patch", reason: "Only the wording differs; models may choose otherwise by it" };

/** Every kind of difference with its severity and the reason of that. */
export const differenceKinds = {
  // Tools
  "tool-added": { severity: "minor", reason: "What could be called before still can" },
  "tool-removed": { severity: "major", reason: "Calls of it fail" },
  "tool-renamed": { severity: "major", reason: "Calls by the old name fail, and permission lists on it match no more" },
  "tool-renamed-with-alias": {
    severity: "major",
    reason: "Calls by the old name still work for a time, but permission lists on it match no more",
  },
  "tool-replaced": {
    severity: "major",
    reason: "The name stands for another operation: the same call does something else",
  },
  "tool-moved": { severity: "patch", reason: "It is called as before; only the request goes elsewhere" },
  "workflow-changed": {
    severity: "minor",
    reason: "It takes what it took; what is called for it, or what it answers, may differ",
  },
  "alias-added": { severity: "minor", reason: "One more name is accepted" },
  "alias-removed": { severity: "major", reason: "Calls by the old name fail from now on" },
  // What is listed
  "tool-listed": { severity: "minor", reason: "Models see it without a search; calls of it work as before" },
  "tool-found": {
    severity: "minor",
    reason: "Calls of it work as before, but models find it first, and permission lists on it match only direct calls",
  },
  "list-changed": { severity: "minor", reason: "Every tool can be called as before, listed or found" },
  "toolset-added": { severity: "minor", reason: "What is served elsewhere stays" },
  "toolset-removed": {
    severity: "major",
    reason: "Its path is not found, and a server that is to serve it does not start",
  },
  "toolset-tool-added": { severity: "minor", reason: "What could be called there before still can" },
  "toolset-tool-removed": { severity: "major", reason: "Calls of it fail there" },
  // Arguments
  "argument-added": accepts,
  "required-argument-added": { severity: "major", reason: "Calls without it are refused" },
  "argument-removed": { severity: "major", reason: "Calls that give it are refused" },
  "argument-renamed": { severity: "major", reason: "Calls that give it by the old name are refused" },
  "argument-replaced": { severity: "major", reason: "The same call says something else" },
  "argument-required": { severity: "major", reason: "Calls without it are refused" },
  "argument-optional": accepts,
  "argument-narrowed": refuses,
  "argument-widened": accepts,
  "argument-changed": refuses,
  "argument-default": { severity: "minor", reason: "A call that leaves it out may do something else" },
  "argument-described": wording,
  "input-changed": {
    severity: "major",
    reason: "Only hashes are known, so that calls may be refused that were accepted",
  },
  // The rest of a tool
  "title-changed": wording,
  "description-changed": wording,
  "text-changed": wording,
  "hint-riskier": {
    severity: "major",
    reason: "Clients that let it run by its hints were promised less harm than it may do now",
  },
  "hint-safer": { severity: "minor", reason: "Clients may ask their user less often" },
  "hints-changed": {
    severity: "major",
    reason: "Only hashes are known, so that it may do more harm than was promised",
  },
  "output-described-now": { severity: "minor", reason: "Answers are described that were not" },
  "output-not-described": { severity: "minor", reason: "Answers stay as they are, but are described no more" },
  "output-field-added": { severity: "minor", reason: "Whoever reads the other fields notices nothing" },
  "output-field-removed": { severity: "major", reason: "Whoever reads the field finds it no more" },
  "output-field-type": { severity: "major", reason: "Whoever reads the field finds another kind of value" },
  "output-field-described": wording,
  "output-changed": { severity: "major", reason: "Only hashes are known, so that fields may be gone" },
  "credentials-required": {
    severity: "major",
    reason: "Calls with the credentials that were enough are refused by the API",
  },
  "credentials-eased": { severity: "minor", reason: "The credentials that were enough still are" },
  // Resources and prompts
  "resource-added": { severity: "minor", reason: "What could be read before still can" },
  "resource-removed": { severity: "major", reason: "Reading it fails" },
  "resource-moved": { severity: "major", reason: "Reading it by the old URI fails" },
  "resource-widened": { severity: "minor", reason: "The old URI still works" },
  "resource-type": { severity: "minor", reason: "Clients that show it by its media type show it in another way" },
  "resource-described": wording,
  "prompt-added": { severity: "minor", reason: "The other prompts stay" },
  "prompt-removed": { severity: "major", reason: "Asking for it fails" },
  "prompt-argument": { severity: "major", reason: "Asking for it as before may fail" },
  "prompt-argument-added": { severity: "minor", reason: "It need not be given" },
  "prompt-described": wording,
  // The server
  "server-renamed": { severity: "major", reason: "Permission lists that begin with the server's name match no more" },
  "server-described": wording,
  "egress-moved": {
    severity: "major",
    reason: "Another host receives it: who runs the server has to agree, and firewalls too",
  },
  "egress-added": { severity: "minor", reason: "Firewalls and reviewers may have to allow it" },
  "egress-removed": { severity: "patch", reason: "Nothing is sent there any more" },
} as const satisfies Record<string, Entry>;

export type DifferenceKind = keyof typeof differenceKinds;

/** A difference with the severity and the reason of its kind. */
export function difference(
  kind: DifferenceKind,
  subject: Subject,
  text: string,
  more: Partial<Pick<Difference, "at" | "before" | "after" | "reason" | "severity">> = {},
): Difference {
  const { severity, reason }: Entry = differenceKinds[kind];
  return { kind, severity, subject, text, reason, ...more };
}

/** Whether a difference is one of texts only: then `before` and `after` are worth comparing word by word. */
export function isWording(kind: DifferenceKind): boolean {
  return differenceKinds[kind] === wording;
}

const ranks: Readonly<Record<Verdict, number>> = { none: 0, patch: 1, minor: 2, major: 3 };

/** Whether a verdict is at least as severe as another. */
export function atLeast(verdict: Verdict, limit: Verdict): boolean {
  return ranks[verdict] >= ranks[limit];
}

/** The greatest severity, `none` for an empty list. */
export function verdictOf(differences: readonly Pick<Difference, "severity">[]): Verdict {
  return differences.reduce<Verdict>((most, { severity }) => (atLeast(most, severity) ? most : severity), "none");
}
