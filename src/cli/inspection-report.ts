/** An inspection as text for a terminal. */
import type { Inspected } from "../inspect.ts";
import type { ListCost, Loss, ToolListing } from "../mcp/model.ts";
import type { Receipt } from "../surface/egress.ts";
import { count } from "../surface/text-report.ts";
import { visible } from "../base/visible.ts";
import type { Style } from "./terminal.ts";
import { textTable } from "./text-table.ts";
import { wrapped } from "./wrap.ts";

const lossWords: Readonly<Record<Loss["kind"], string>> = {
  depth: "not written out further than some levels",
  keyword: "keywords that clients do not take",
  format: "formats named in descriptions only",
  properties: "properties named in descriptions only",
  order: "order of items that only the server checks",
  bound: "bounds that no number of JavaScript has",
  impossible: "places where no value fits",
  size: "schemas too large to be listed",
  body: "media types of bodies that cannot be chosen",
  "read-only": "properties that are described as read-only",
  pattern: "patterns named in descriptions only",
  apart: "alternatives that are kept from fitting another",
};

/** The report, without a line feed at its end. With `all`, each loss of each tool. */
export function inspectionReport(found: Inspected, all: boolean, style: Style): string {
  const { bold } = style.colors;
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", bold(title), ...lines];
  const lines = [
    ...head(found, style),
    ...section("Tools", toolTable(found, style)),
    ...(found.tools.every(({ listed }) => listed) ? [] : ["  (…): found, not listed; what it would take in the list."]),
    ...section("Aliases", found.aliases.map(aliasLine)),
    ...section("Resources", resourceTable(found, style)),
    ...section("Prompts", promptTable(found, style)),
    ...section("Operations without a tool", skippedLines(found, all)),
    ...section("Listed", planLines(found)),
    ...section(
      "Workflows",
      (found.workflows ?? []).map(({ name, calls }) => `  ${visible(name)} calls ${visible(calls.join(", "))}`),
    ),
    ...section("Toolsets", toolsetTable(found, style)),
    ...section("Cost of the list", costLines(found, style)),
    ...section("What listed schemas do not say (the server checks it all the same)", lossLines(found, all)),
    ...section("Hosts that receive something", egressLines(found)),
  ];
  return wrapped(lines.join("\n"), style.width);
}

/** What is listed, where not all is, or not all of each. */
function planLines({ plan }: Inspected): readonly string[] {
  if (plan === undefined || (plan.mode === "all" && !plan.folded)) return [];
  return [
    `  ${count(plan.cost.tools)} tools, about ${count(plan.cost.tokens)} tokens; listing all${plan.folded ? ", each whole" : ""}: ${count(plan.whole.tools)} tools, about ${count(plan.whole.tokens)} tokens`,
    ...(plan.folded ? ["  The essence of each tool is listed; describe_operation shows the rest."] : []),
    ...plan.listed.map(({ name, why }) => `  ${visible(name)}: ${why}`),
  ];
}

/** What is served by itself, too. */
function toolsetTable({ toolsets = [] }: Inspected, { width }: Style): readonly string[] {
  if (toolsets.length === 0) return [];
  return textTable(
    [
      { title: "path" },
      { title: "tools", align: "right" },
      { title: "listed", align: "right" },
      { title: "tokens", align: "right" },
      { title: "list" },
    ],
    toolsets.map(({ name, tools, list }) => [
      `/mcp/${name}`,
      count(tools.length),
      count(list.tools),
      count(list.tokens),
      list.mode,
    ]),
    width,
  );
}

function head({ server, tools, resources, prompts, source }: Inspected, { colors }: Style): readonly string[] {
  const templates = resources.filter(({ template }) => template).length;
  const counts = [
    plural(tools.length, "tool"),
    plural(resources.length - templates, "resource"),
    plural(templates, "resource template"),
    plural(prompts.length, "prompt"),
  ];
  const note = source === "files" ? ["As its files are: its documents are not at hand."] : [];
  return [
    `${colors.bold(visible(server.name))} (${visible(server.title)} ${visible(server.version)}): ${counts.join(", ")}`,
    ...note,
  ];
}

function toolTable({ tools }: Inspected, { colors, width }: Style): readonly string[] {
  if (tools.length === 0) return [];
  const columns = [
    { title: "name" },
    { title: "hints", paint: (cell: string) => hintColor(colors, cell)(cell) },
    { title: "tokens", align: "right" as const },
    { title: "losses", align: "right" as const },
    { title: "request" },
  ];
  return textTable(
    columns,
    tools.map(({ name, hints, listed, tokens, losses, request }) => [
      name,
      hintWords(hints),
      listed ? count(tokens) : `(${count(tokens)})`,
      losses === 0 ? "" : count(losses),
      request,
    ]),
    width,
  );
}

function hintColor({ red, yellow, green }: Style["colors"], words: string): (word: string) => string {
  return words.startsWith("reads") ? green : words.startsWith("writes") ? yellow : red;
}

/** The hints in a word or two. */
export function hintWords({ readOnlyHint, destructiveHint, idempotentHint }: ToolListing["annotations"]): string {
  if (readOnlyHint) return "reads";
  return `${destructiveHint ? "destroys" : "writes"}${idempotentHint ? ", repeatable" : ""}`;
}

function aliasLine({ name, tool, until }: Inspected["aliases"][number]): string {
  return `  ${visible(name)} calls ${visible(tool)}${until === undefined ? "" : ` until ${visible(until)}`}`;
}

function resourceTable({ resources }: Inspected, { width }: Style): readonly string[] {
  if (resources.length === 0) return [];
  return textTable(
    [{ title: "tool" }, { title: "uri" }],
    resources.map(({ uri, tool }) => [tool, uri]),
    width,
  );
}

function promptTable({ prompts }: Inspected, { width }: Style): readonly string[] {
  if (prompts.length === 0) return [];
  return textTable(
    [{ title: "name" }, { title: "arguments" }],
    prompts.map((prompt) => [prompt.name, prompt.arguments.join(", ")]),
    width,
  );
}

/** Operations without a tool that are shown unless all are asked for. */
const mostSkipped = 30;

function skippedLines({ skipped }: Inspected, all: boolean): readonly string[] {
  const shown = all ? skipped : skipped.slice(0, mostSkipped);
  const left = skipped.length - shown.length;
  return [
    ...shown.map(({ request, reason }) => `  ${visible(request)}: ${visible(reason)}`),
    ...(left === 0 ? [] : [`  … and ${left} more: --verbose shows all.`]),
  ];
}

function costLines({ cost }: Inspected, { width }: Style): readonly string[] {
  const { tags, besides, advice } = cost;
  const columns = [
    { title: "tokens", align: "right" as const },
    { title: "bytes", align: "right" as const },
    { title: "tools", align: "right" as const },
    { title: "tag" },
  ];
  const row = ({ tokens, bytes }: ListCost, tools: string, tag: string): readonly string[] => [
    count(tokens),
    count(bytes),
    tools,
    tag,
  ];
  const rows = [
    ...(tags.length > 1 ? tags : []).map((part) => {
      const tools = part.listed === part.tools ? count(part.tools) : `${count(part.listed)} of ${count(part.tools)}`;
      return row(part, tools, part.tag === "" ? "(no tag)" : part.tag);
    }),
    ...(besides.tools === 0 ? [] : [row(besides, count(besides.tools), "(of the server itself)")]),
    row(cost, count(cost.tools), "in all, an estimate"),
  ];
  return [...textTable(columns, rows, width), ...advice.map((text) => `  ${text}.`)];
}

function lossLines({ losses }: Inspected, all: boolean): readonly string[] {
  const kinds = losses.kinds.map(
    ({ kind, count: number, tools }) => `  ${count(number)} in ${plural(tools, "tool")}: ${lossWords[kind]}`,
  );
  if (!all) return kinds.length === 0 ? [] : [...kinds, "  --verbose lists each, --why TOOL says where it comes from."];
  return [
    ...kinds,
    ...losses.tools.flatMap(({ tool, losses: each }) => [
      `  ${visible(tool)}`,
      ...each.map(({ pointer, text }) => `    ${pointer === "" ? "" : `${visible(pointer)}: `}${visible(text)}`),
    ]),
  ];
}

function egressLines({ egress }: Inspected): readonly string[] {
  return egress.flatMap(({ host, receives }) => [
    `  ${visible(host)}`,
    ...receives.map((receipt) => `    ${receiptLine(receipt)}`),
  ]);
}

function receiptLine(receipt: Receipt): string {
  switch (receipt.kind) {
    case "calls":
      return `arguments of calls of ${plural(receipt.tools, "tool")}; ${visible(receipt.environment)} names another host`;
    case "credential":
      return `${visible(receipt.type)} credential "${visible(receipt.scheme)}" with calls of ${plural(receipt.tools, "tool")}`;
    case "token":
      return `client secret or refresh token of "${visible(receipt.scheme)}"; ${visible(receipt.environment)} names another host`;
    default:
      return receipt satisfies never;
  }
}

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
