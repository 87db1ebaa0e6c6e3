/** The part that serves prompts: those of the APIs, and the owner's. */
import type { GetPromptResult } from "@modelcontextprotocol/server";
import type { Custom, CustomPrompt } from "../custom.js";
import type { PromptData, ToolListing } from "../data/model.js";
import type { Project, ProjectApi } from "../data/project.js";
import {
  type Capability,
  completionOf,
  noCompletion,
  invalid,
  refuseCursor,
} from "../mcp/capability.js";
import { scrubText } from "../secret.js";
import { visibleLine } from "../text/visible.js";
import { nearestNames } from "../text/spelling.js";

export function createPrompts(project: Project, custom: Custom): Capability {
  const prompts = new PromptTable(project, custom);
  const promptOf = (name: string): Prompt => {
    const prompt = prompts.get(name);
    if (prompt === undefined) throw invalid(`Unknown prompt: ${name}`);
    return prompt;
  };
  return {
    name: "prompts",
    isEmpty: prompts.isEmpty,
    serve(server, { tools, answer, ofOwner }) {
      server.setRequestHandler("prompts/list", ({ params }) => {
        refuseCursor(params?.cursor);
        return { prompts: prompts.listings.map(listed) };
      });
      server.setRequestHandler("prompts/get", async ({ params }, context) => {
        const prompt = promptOf(params.name);
        const about = { method: "prompts/get", prompt: prompt.listing.name };
        return answer(about, server, context, async ({ caller }) => {
          const args = new Map(Object.entries(params.arguments ?? {}));
          const isShown = (tool: string) => tools.isFor(caller, tool);
          const text = await ofOwner(() => textOf(prompt, args, isShown));
          return promptResult(prompt, scrubText(text));
        });
      });
    },
    async complete({ of, argument, typed }) {
      const { listing } = promptOf(of);
      const found = listing.arguments.find(({ name }) => name === argument);
      return found?.values === undefined
        ? noCompletion
        : completionOf(found.values, typed);
    },
  };
}

function promptResult(
  { listing: { description } }: Prompt,
  text: string,
): GetPromptResult {
  return {
    description,
    messages: [{ role: "user", content: { type: "text", text } }],
  };
}

function listed({
  name,
  title,
  description,
  arguments: args,
}: Prompt["listing"]) {
  return {
    name,
    title,
    description,
    arguments: args.map(({ name, description, required }) => ({
      name,
      description,
      required,
    })),
  };
}

async function textOf(
  prompt: Prompt,
  args: ReadonlyMap<string, string>,
  isShown: (tool: string) => boolean,
): Promise<string> {
  try {
    return await prompt.text(args, isShown);
  } catch (fault) {
    throw fault instanceof PromptError ? invalid(fault.message) : fault;
  }
}

// Every prompt of this server by name: those of its APIs, and the owner's.

export interface Prompt {
  readonly listing: Omit<PromptData, "text">;
  /** @param isShown whether a tool may be spoken of */
  text(
    args: ReadonlyMap<string, string>,
    isShown?: (tool: string) => boolean,
  ): string | Promise<string>;
}

export class PromptTable {
  readonly #prompts = new Map<string, Prompt>();

  constructor(project: Project, custom: Custom) {
    for (const api of project.apis)
      for (const listing of api.prompts)
        this.#prompts.set(listing.name, {
          listing,
          text: (args, isShown) => promptText(listing, api, args, isShown),
        });
    for (const prompt of custom.prompts ?? [])
      this.#prompts.set(prompt.name, ownPrompt(prompt));
  }

  get isEmpty(): boolean {
    return this.#prompts.size === 0;
  }

  get listings(): readonly Prompt["listing"][] {
    return [...this.#prompts.values()].map(({ listing }) => listing);
  }

  get(name: string): Prompt | undefined {
    return this.#prompts.get(name);
  }
}

function ownPrompt(prompt: CustomPrompt): Prompt {
  const listing = {
    name: prompt.name,
    title: prompt.title ?? prompt.name,
    description: prompt.description ?? "",
    arguments: (prompt.arguments ?? []).map(
      ({ name, description = "", required = false }) => ({
        name,
        description,
        required,
      }),
    ),
  };
  return {
    listing,
    text: (args) => {
      const missing = listing.arguments.filter(
        ({ name, required }) => required && !args.get(name),
      );
      if (missing.length > 0)
        throw new PromptError(
          `Prompt "${prompt.name}" needs ${missing.map(({ name }) => name).join(", ")}`,
        );
      return prompt.text(Object.fromEntries(args));
    },
  };
}

// Prompts: texts of `prompts.json` with their places filled.

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
