/** Every prompt of this server by name: those of its APIs, and the owner's. */
import type { Custom, CustomPrompt } from "../custom.js";
import type { PromptData } from "../data/model.js";
import type { Project } from "../data/project.js";
import { PromptError, promptText } from "./prompts.js";

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
