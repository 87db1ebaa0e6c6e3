/** Why a tool is as it is: what was noted while it was built, and what follows from rules that leave no note. */
import type { Operation } from "../api/model.ts";
import { visible } from "../base/visible.ts";
import { textReasons } from "./text/describe.ts";
import type { Reason, ServerApi, Tool } from "./model.ts";
import { outputReason, resultSchema } from "./listed/output.ts";
import { resourceReason } from "./resource.ts";

const order: readonly Reason["about"][] = [
  "name",
  "title",
  "description",
  "hints",
  "tags",
  "arguments",
  "body",
  "result",
  "resource",
  "pages",
  "limits",
];

/** All reasons of a tool, in the order of what they are about. */
export function reasonsOf(tool: Tool, operation: Operation, server: ServerApi): readonly Reason[] {
  const { title, description } = textReasons(operation);
  const listed = tool.listing.outputSchema !== undefined;
  const further: readonly Reason[] = [
    { about: "title", text: title },
    { about: "description", text: description },
    { about: "tags", text: groupReason(tool, operation, server) },
    { about: "result", text: outputReason(resultSchema(operation), listed) },
    { about: "resource", text: resourceReason(operation, tool, server.resources) },
  ];
  const noted = new Set(tool.reasons.map(({ about }) => about));
  const reasons = [...tool.reasons, ...further.filter(({ about }) => !noted.has(about))];
  return order.flatMap((about) => reasons.filter((reason) => reason.about === about));
}

function groupReason({ listing }: Tool, { tags }: Operation, { data, groups }: ServerApi): string {
  const index = groups.findIndex(({ tools }) => tools.some((tool) => tool.listing.name === listing.name));
  const file = data.groups[index]?.file ?? "";
  if (tags[0] !== undefined) return `in ${file}.json, by the first tag "${visible(tags[0])}"`;
  return data.groups[index]?.tag === undefined
    ? `in ${file}.json, since the operation has no tag`
    : `in ${file}.json, by the first segment of the path, since the document has no tags`;
}
