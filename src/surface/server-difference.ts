/** What differs between two servers besides their tools: what they say of themselves, resources, prompts and hosts. */
import type { PromptData, ResourceData } from "../mcp/model.ts";
import { visible } from "../base/visible.ts";
import { type Difference, type Subject, difference } from "./difference.ts";
import type { Egress, Receipt } from "./egress.ts";
import { shown } from "./schema-keywords.ts";
import type { SurfaceServer } from "./surface.ts";

/**
 * Name, title, version and instructions.
 *
 * @param counts whether there are as many tools: the instructions say how many, which is no news where they differ
 */
export function compareServers(
  before: SurfaceServer | undefined,
  after: SurfaceServer | undefined,
  counts: "same" | "other",
): readonly Difference[] {
  if (before === undefined || after === undefined) return [];
  const subject: Subject = { kind: "server", name: after.name };
  const renamed =
    before.name === after.name
      ? []
      : [
          difference(
            "server-renamed",
            subject,
            `is called "${visible(after.name)}" instead of "${visible(before.name)}"`,
            {
              before: before.name,
              after: after.name,
            },
          ),
        ];
  const texts = (["title", "version", "instructions"] as const).flatMap((part) =>
    before[part] === after[part] || (part === "instructions" && counts === "other")
      ? []
      : [
          difference(
            "server-described",
            subject,
            part === "instructions" ? "has other instructions" : `has another ${part}`,
            {
              at: part,
              before: before[part],
              after: after[part],
            },
          ),
        ],
  );
  return [...renamed, ...texts];
}

/**
 * Resources, by the tool that reads them.
 *
 * @param nameOf the new name of an old tool
 * @param isRequired whether a tool of the new server requires an argument
 */
export function compareResources(
  before: readonly ResourceData[] | undefined,
  after: readonly ResourceData[] | undefined,
  nameOf: (tool: string) => string,
  isRequired: (tool: string, argument: string) => boolean,
): readonly Difference[] {
  if (before === undefined || after === undefined) return [];
  const key = ({ tool, template }: ResourceData): string => `${tool} ${template}`;
  const old = new Map(before.map((resource) => [key({ ...resource, tool: nameOf(resource.tool) }), resource]));
  const fresh = new Map(after.map((resource) => [key(resource), resource]));
  const differences: Difference[] = [];
  for (const [id, resource] of fresh) {
    const former = old.get(id);
    if (former === undefined)
      differences.push(difference("resource-added", subjectOf(resource), `is a new ${kindOf(resource)}`));
    else differences.push(...compareResource(former, resource, isRequired));
  }
  for (const [id, resource] of old)
    if (!fresh.has(id))
      differences.push(difference("resource-removed", subjectOf(resource), `is no ${kindOf(resource)} any more`));
  return differences;
}

function subjectOf({ uri }: ResourceData): Subject {
  return { kind: "resource", name: uri };
}

function kindOf({ template }: ResourceData): string {
  return template ? "resource template" : "resource";
}

function compareResource(
  before: ResourceData,
  after: ResourceData,
  isRequired: (tool: string, argument: string) => boolean,
): readonly Difference[] {
  const subject = subjectOf(after);
  const differences: Difference[] = [];
  if (before.uri !== after.uri) {
    const kind = takesOldUris(before, after, isRequired) ? "resource-widened" : "resource-moved";
    const sides = { before: before.uri, after: after.uri };
    differences.push(difference(kind, subject, `has this URI instead of ${visible(before.uri)}`, sides));
  }
  if (before.mimeType !== after.mimeType) {
    const text = `has the media type ${shown(after.mimeType)} instead of ${shown(before.mimeType)}`;
    const sides = { before: before.mimeType, after: after.mimeType };
    differences.push(difference("resource-type", subject, text, { at: "mimeType", ...sides }));
  }
  for (const part of ["title", "description"] as const) {
    if (before[part] === after[part]) continue;
    const sides = { before: before[part], after: after[part] };
    differences.push(difference("resource-described", subject, `has another ${part}`, { at: part, ...sides }));
  }
  return differences;
}

/** Whether only the query part of a template got more variables (RFC 6570 §3.2.8), and none that has to be given. */
function takesOldUris(
  before: ResourceData,
  after: ResourceData,
  isRequired: (tool: string, argument: string) => boolean,
): boolean {
  const parts = (uri: string): { readonly base: string; readonly query: readonly string[] } => {
    const start = uri.indexOf("{?");
    return start < 0
      ? { base: uri, query: [] }
      : { base: uri.slice(0, start), query: uri.slice(start + 2, -1).split(",") };
  };
  const [old, fresh] = [parts(before.uri), parts(after.uri)];
  const added = after.variables.filter(({ name }) => !old.query.includes(name) && fresh.query.includes(name));
  return (
    old.base === fresh.base &&
    old.query.every((name) => fresh.query.includes(name)) &&
    !added.some(({ argument }) => isRequired(after.tool, argument))
  );
}

/** Prompts, by their name. */
export function comparePrompts(
  before: readonly PromptData[] | undefined,
  after: readonly PromptData[] | undefined,
): readonly Difference[] {
  if (before === undefined || after === undefined) return [];
  const old = new Map(before.map((prompt) => [prompt.name, prompt]));
  const fresh = new Map(after.map((prompt) => [prompt.name, prompt]));
  const subject = (name: string): Subject => ({ kind: "prompt", name });
  return [
    ...[...fresh].flatMap(([name, prompt]) => {
      const former = old.get(name);
      return former === undefined
        ? [difference("prompt-added", subject(name), "is a new prompt")]
        : comparePrompt(former, prompt, subject(name));
    }),
    ...[...old.keys()]
      .filter((name) => !fresh.has(name))
      .map((name) => difference("prompt-removed", subject(name), "is no prompt any more")),
  ];
}

function comparePrompt(before: PromptData, after: PromptData, subject: Subject): readonly Difference[] {
  const old = new Map(before.arguments.map((argument) => [argument.name, argument]));
  const fresh = new Map(after.arguments.map((argument) => [argument.name, argument]));
  const differences: Difference[] = [];
  for (const [name, { required }] of fresh) {
    const former = old.get(name);
    const word = `"${visible(name)}"`;
    if (required && former?.required !== true)
      differences.push(difference("prompt-argument", subject, `requires the argument ${word}`, { at: name }));
    else if (former === undefined)
      differences.push(difference("prompt-argument-added", subject, `has a new argument ${word}`, { at: name }));
    else if (former.required !== required)
      differences.push(difference("prompt-argument-added", subject, `does not require ${word} any more`, { at: name }));
  }
  for (const name of old.keys())
    if (!fresh.has(name))
      differences.push(
        difference("prompt-argument", subject, `has no argument "${visible(name)}" any more`, { at: name }),
      );
  for (const part of ["title", "description", "text"] as const) {
    if (before[part] === after[part]) continue;
    const sides = { before: before[part], after: after[part] };
    differences.push(difference("prompt-described", subject, `has another ${part}`, { at: part, ...sides }));
  }
  return differences;
}

/** Hosts, by what they receive. */
export function compareEgress(
  before: readonly Egress[] | undefined,
  after: readonly Egress[] | undefined,
): readonly Difference[] {
  if (before === undefined || after === undefined) return [];
  const [old, fresh] = [receiptsOf(before), receiptsOf(after)];
  const differences: Difference[] = [];
  for (const [what, host] of fresh) {
    const former = old.get(what);
    const subject: Subject = { kind: "egress", name: host };
    if (former === undefined)
      differences.push(difference("egress-added", subject, `receives ${visible(what)}`, { at: what, after: host }));
    else if (former !== host)
      differences.push(
        difference("egress-moved", subject, `receives ${visible(what)} instead of ${visible(former)}`, {
          at: what,
          before: former,
          after: host,
        }),
      );
  }
  for (const [what, host] of old)
    if (!fresh.has(what))
      differences.push(
        difference("egress-removed", { kind: "egress", name: host }, `does not receive ${visible(what)} any more`, {
          at: what,
          before: host,
        }),
      );
  return differences;
}

/** By what is received, the host; several hosts of one scheme's tokens are told one after another. */
function receiptsOf(egress: readonly Egress[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { host, receives } of egress) {
    for (const receipt of receives) {
      const what = receiptText(receipt);
      const other = found.get(what);
      found.set(what, other === undefined ? host : `${other}, ${host}`);
    }
  }
  return found;
}

/** What a receipt is, in words, without how often. */
export function receiptText(receipt: Receipt): string {
  const of = (group: string): string => (group === "default" ? "" : ` of the server "${group}"`);
  switch (receipt.kind) {
    case "calls":
      return `the calls of ${receipt.api}${of(receipt.group)}`;
    case "credential":
      return `the ${receipt.type} credential "${receipt.scheme}" of ${receipt.api}${of(receipt.group)}`;
    case "token":
      return `client secret and refresh token of "${receipt.scheme}" of ${receipt.api}`;
    default:
      return receipt satisfies never;
  }
}
