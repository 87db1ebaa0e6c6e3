/** What differs between two servers in what they list: which tools models see, and which they find. */
import { visible } from "../base/visible.ts";
import type { LockedList, LockedToolset } from "../lock/lock.ts";
import { type Difference, type Subject, difference } from "./difference.ts";
import type { Pairs } from "./pair.ts";
import type { Surface } from "./surface.ts";

/** Names of tools that both servers have: the old one, and what it is called now. */
type Names = ReadonlyMap<string, string>;

/** Tools that went from listed to found and the reverse, in the whole server and in each toolset. */
export function compareLists(before: Surface, after: Surface, { pairs }: Pairs): readonly Difference[] {
  const names: Names = new Map(pairs.map((pair) => [pair.before.name, pair.after.name]));
  const server: Subject = { kind: "server", name: after.server?.name ?? before.server?.name ?? "the server" };
  const main =
    before.list === undefined || after.list === undefined
      ? []
      : compareList(before.list, after.list, names, server, after.tools.length);
  if (before.toolsets === undefined || after.toolsets === undefined) return main;
  return [...main, ...compareToolsets(before.toolsets, after.toolsets, names)];
}

/**
 * @param whole whose list it is
 * @param count tools that there are
 */
function compareList(
  before: LockedList,
  after: LockedList,
  names: Names,
  whole: Subject,
  count: number,
): readonly Difference[] {
  if (before.mode !== after.mode) {
    const sides = { at: "list", before: before.mode, after: after.mode };
    return [difference("list-changed", whole, listText(after, count), sides)];
  }
  if (after.mode === "all") return [];
  const [old, fresh] = [new Set(before.listed), new Set(after.listed)];
  const where = whole.kind === "toolset" ? ` in the toolset "${visible(whole.name)}"` : "";
  return [...names].flatMap(([former, name]) => {
    if (old.has(former) === fresh.has(name)) return [];
    const subject: Subject = { kind: "tool", name };
    return fresh.has(name)
      ? [difference("tool-listed", subject, `is listed now${where}: it was found`)]
      : [difference("tool-found", subject, `is found now${where}: it is not listed any more`)];
  });
}

function listText({ mode, listed }: LockedList, count: number): string {
  if (mode === "all") return "lists all of its tools now";
  return `lists ${mode === "discovery" ? "discovery now" : "a part of its tools now"}: ${listed.length} of ${count}, and what finds the others`;
}

function compareToolsets(
  before: readonly LockedToolset[],
  after: readonly LockedToolset[],
  names: Names,
): readonly Difference[] {
  const formerly = new Map(before.map((toolset) => [toolset.name, toolset]));
  const now = new Set(after.map(({ name }) => name));
  const subject = (name: string): Subject => ({ kind: "toolset", name });
  return [
    ...before
      .filter(({ name }) => !now.has(name))
      .map(({ name }) => difference("toolset-removed", subject(name), "is no toolset any more")),
    ...after.flatMap((toolset) => {
      const former = formerly.get(toolset.name);
      return former === undefined
        ? [
            difference(
              "toolset-added",
              subject(toolset.name),
              `is a new toolset, of ${toolset.tools.length === 1 ? "1 tool" : `${toolset.tools.length} tools`}`,
            ),
          ]
        : compareToolset(former, toolset, names, subject(toolset.name));
    }),
  ];
}

/** Tools that are new, or gone, are told by themselves. */
function compareToolset(
  before: LockedToolset,
  after: LockedToolset,
  names: Names,
  subject: Subject,
): readonly Difference[] {
  const [old, fresh] = [new Set(before.tools), new Set(after.tools)];
  const held = new Map([...names].filter(([former, name]) => old.has(former) && fresh.has(name)));
  return [
    ...[...names].flatMap(([former, name]) => {
      if (old.has(former) === fresh.has(name)) return [];
      const more = { at: name };
      return fresh.has(name)
        ? [difference("toolset-tool-added", subject, `holds "${visible(name)}" now`, more)]
        : [difference("toolset-tool-removed", subject, `does not hold "${visible(name)}" any more`, more)];
    }),
    ...compareList(before, after, held, subject, after.tools.length),
  ];
}
