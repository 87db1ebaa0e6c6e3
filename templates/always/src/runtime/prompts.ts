/** Prompts: texts of `prompts.json` with their places filled. */
import type { PromptData, ToolListing } from "./model.js";
import type { ProjectApi } from "./project-data.js";

/** What a prompt cannot be made without. */
export class PromptError extends Error {}

/**
 * The text of a prompt. `{{name}}` stands for an argument, empty when it was not given; `{{tools}}` for the tools of
 * the prompt's API that are shown, of one tag when there is an argument `tag`. What arguments bring in is not read
 * again.
 *
 * @throws PromptError naming the required arguments that are missing.
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
  const wanted = tag?.toLowerCase();
  const groups = api.groups.filter(
    ({ data }) => !wanted || data.tag?.toLowerCase() === wanted,
  );
  return groups
    .flatMap(({ tools }) => tools)
    .filter(({ name }) => isShown(name))
    .map((tool: ToolListing) => `- ${tool.name}: ${tool.title}`)
    .join("\n");
}
