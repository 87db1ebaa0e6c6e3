/** The part that serves prompts: those of the APIs, and the owner's. */
import type { GetPromptResult } from "@modelcontextprotocol/server";
import type { Custom } from "../custom.js";
import { callerOf } from "../mcp/call-options.js";
import type { Capability } from "../mcp/capability.js";
import { completionOf, noCompletion } from "../mcp/completion.js";
import { invalid, refuseCursor } from "../mcp/protocol-error.js";
import type { Project } from "../data/project.js";
import { scrubText } from "../secret.js";
import { type Prompt, PromptTable } from "./prompt-table.js";
import { PromptError } from "./prompts.js";

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
    serve(server, { tools, ofOwner }) {
      server.setRequestHandler("prompts/list", ({ params }) => {
        refuseCursor(params?.cursor);
        return { prompts: prompts.listings.map(listed) };
      });
      server.setRequestHandler(
        "prompts/get",
        async ({ params }, { http }): Promise<GetPromptResult> => {
          const prompt = promptOf(params.name);
          const args = new Map(Object.entries(params.arguments ?? {}));
          const isShown = (tool: string) => tools.isFor(callerOf(http), tool);
          const text = await ofOwner(() => textOf(prompt, args, isShown));
          return {
            description: prompt.listing.description,
            messages: [
              {
                role: "user",
                content: { type: "text", text: scrubText(text) },
              },
            ],
          };
        },
      );
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
