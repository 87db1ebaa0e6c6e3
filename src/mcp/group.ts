import type { Api, Operation } from "../api/model.ts";
import { shorten } from "./text/condense.ts";
import { firstSentence } from "./text/describe.ts";
import type { ApiData, Tool, ToolGroup } from "./model.ts";
import { fileNameWish, fileNames } from "./names/names.ts";
import { plainText } from "../base/plain-text.ts";
import type { BuiltTool } from "./built-tool.ts";

/** The groups of an API's tools, and what the runtime knows of each. */
export interface Groups {
  readonly groups: readonly ToolGroup[];
  readonly data: ApiData["groups"];
}

/** More different first segments than this are no table of contents. */
const maximumSegments = 100;

/**
 * Tools by the first tag of their operation: the document's order of tags, then the others by name. In a document
 * without tags the first segment of the path stands in for one.
 */
export function groupByTag(api: Api, built: readonly BuiltTool[]): Groups {
  const segments = new Set(api.operations.map(leadingSegment));
  const untagged = api.operations.every(({ tags }) => tags.length === 0) && segments.size <= maximumSegments;
  const byTag = new Map<string, Tool[]>();
  for (const { operation, tool } of built) {
    const tag = operation.tags[0] ?? (untagged ? leadingSegment(operation) : "");
    const tools = byTag.get(tag);
    if (tools === undefined) byTag.set(tag, [tool]);
    else tools.push(tool);
  }
  const present = [...api.tags.keys(), ...[...byTag.keys()].filter((tag) => !api.tags.has(tag)).sort()].filter((tag) =>
    byTag.has(tag),
  );
  const names = fileNames();
  const data = present.map((tag): ApiData["groups"][number] => {
    const described = api.tags.get(tag);
    const description = firstSentence(plainText(described?.description ?? described?.summary ?? ""), 200);
    return {
      file: names.allocate(fileNameWish(tag, "untagged")),
      ...(tag === "" ? {} : { tag: shorten(plainText(tag), 100) }),
      ...(description === "" ? {} : { description }),
    };
  });
  return { data, groups: data.map(({ file }, index) => ({ file, tools: byTag.get(present[index] ?? "") ?? [] })) };
}

/** The first segment of a path that is a name rather than a version, a parameter or a general prefix. */
function leadingSegment({ path }: Operation): string {
  const segments = path.replace(/[?#].*$/, "").split("/");
  return (
    segments
      .find((segment) => /^[a-z]/i.test(segment) && !/^(?:v\d[\w.]*|api|apis|rest)$/i.test(segment))
      ?.replace(/[{:.].*$/, "") ?? ""
  );
}

/** Built tools in the order in which their groups list them. */
export function groupedOrder(groups: readonly ToolGroup[], built: readonly BuiltTool[]): readonly BuiltTool[] {
  const byName = new Map(built.map((entry) => [entry.tool.listing.name, entry]));
  return groups.flatMap(({ tools }) => tools.flatMap((tool) => byName.get(tool.listing.name) ?? []));
}
