/** Prompts: texts of `prompts.json` with their places filled. */
import type { PromptData, ToolListing } from "../data/model.js";
import type { ProjectApi } from "../data/project.js";
import { nearestNames } from "../validation/nearest.js";
import { visibleLine } from "../text/visible.js";

/** Tags that a message names. */
const mostTags = 30;

/** What a prompt cannot be made without. */
export class PromptError extends Error {}

/**
 * The text of a prompt. `{{name}}` stands for an argument, empty when it was not given; `{{tools}}` for the tools of
 * the prompt's API that are shown, of one tag when there is an argument `tag`. What arguments bring in is not read
 * again.
 *
 * @throws PromptError naming the required arguments that are missing, or a tag that no tool has.
 */
export function promptText(
  prompt: PromptData,
  api: ProjectApi,
  args: ReadonlyMap<string, string>,
  isShown: (tool: string) => boolean = () => true,
): string {
  const missing = prompt.arguments
    .filter(({ name, required }) => required && !args.get(name))
    .map(({ name }) => name);
  if (missing.length > 0)
    throw new PromptError(
      `Prompt "${prompt.name}" needs ${missing.join(", ")}`,
    );
  return prompt.text.replace(
    /\{\{([A-Za-z0-9_.-]+)\}\}/g,
    (_place, name: string) =>
      name === "tools"
        ? toolLines(api, args.get("tag"), isShown)
        : (args.get(name) ?? ""),
  );
}

function toolLines(
  api: ProjectApi,
  tag: string | undefined,
  isShown: (tool: string) => boolean,
): string {
  const wanted = tag?.trim().toLowerCase();
  const groups = api.groups.filter(
    ({ data }) => !wanted || data.tag?.toLowerCase() === wanted,
  );
  if (groups.length === 0 && tag !== undefined) throw unknownTag(api, tag);
  const lines = groups
    .flatMap(({ tools }) => tools)
    .filter(({ name }) => isShown(name))
    .map((tool: ToolListing) => `- ${tool.name}: ${tool.title}`);
  return lines.length === 0
    ? "(There are none that this client may use.)"
    : lines.join("\n");
}

function unknownTag(api: ProjectApi, tag: string): PromptError {
  const tags = api.groups.flatMap(({ data }) => data.tag ?? []);
  const near = nearestNames(tag, tags);
  const named = near.length > 0 ? near : tags.slice(0, mostTags);
  const more = near.length > 0 ? 0 : tags.length - named.length;
  const known = named.map((name) => `"${name}"`).join(", ");
  return new PromptError(
    `No tool has the tag "${visibleLine(tag, 100)}"${
      tags.length === 0
        ? ": the tools have none, so leave it out"
        : `; ${near.length > 0 ? "did you mean" : "there are"} ${known}${more > 0 ? ` and ${more} more` : ""}${near.length > 0 ? "?" : ""}`
    }`,
  );
}
