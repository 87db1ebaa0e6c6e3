/** Prompts that the owner wrote. */
import { visible } from "../../base/visible.ts";
import { legibleText } from "../../base/plain-text.ts";
import { meant } from "./curate.ts";
import type { PromptCuration } from "./curation.ts";
import { type Tell, diagnosticOf } from "./decision.ts";
import type { PromptData } from "../model.ts";

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** The owner's prompts as data; one that is called like an earlier one is told and left out. */
export function ownPrompts(prompts: readonly PromptCuration[], tell: Tell): readonly PromptData[] {
  const taken = new Set<string>();
  return prompts.flatMap((prompt) => {
    const fault = taken.has(prompt.name) ? "is there twice" : faultOf(prompt);
    taken.add(prompt.name);
    if (fault !== undefined) {
      tell(diagnosticOf("invalid-curation", prompt.place, `The prompt "${visible(prompt.name)}" ${fault}`));
      return [];
    }
    return [
      {
        name: prompt.name,
        title: legibleText(prompt.title ?? "") || prompt.name,
        description: legibleText(prompt.description ?? ""),
        arguments: prompt.arguments.map(({ name, description = "", required = false }) => ({
          name,
          description: legibleText(description),
          required,
        })),
        text: prompt.text,
      },
    ];
  });
}

function faultOf({ name, arguments: list, text }: PromptCuration): string | undefined {
  const names = list.map((argument) => argument.name);
  const unfit = [name, ...names].find((entry) => !namePattern.test(entry));
  if (unfit !== undefined) return `cannot have the name "${visible(unfit)}": it takes a-z, A-Z, 0-9, _, . and -`;
  const twice = names.find((entry, index) => names.indexOf(entry) !== index);
  if (twice !== undefined) return `has the argument "${visible(twice)}" twice`;
  const places = [...text.matchAll(/\{\{([^{}]*)\}\}/g)].map((match) => match[1] ?? "");
  const unknown = places.find((place) => place !== "tools" && !names.includes(place));
  return unknown === undefined
    ? undefined
    : `speaks of {{${visible(unknown)}}}, which is none of its arguments${meant(unknown, names)}`;
}
