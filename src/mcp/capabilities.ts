/** What a server offers besides tools, as its owner wants it. */
import type { JobsWish } from "./job/wish.ts";
import type { PromptData, ServerApi } from "./model.ts";

export interface CapabilityOptions {
  /** Whether no GET operation is made a resource. Default `false`. */
  readonly withoutResources?: boolean;
  /** Whether there are no prompts but those of the configuration. Default `false`. */
  readonly withoutPrompts?: boolean;
  /** How work is followed that goes on after answers; default: it is not. */
  readonly jobs?: JobsWish | undefined;
}

/** The API without what the owner wants no capability for. */
export function withWanted(api: ServerApi, { withoutResources, withoutPrompts }: CapabilityOptions): ServerApi {
  return {
    ...api,
    resources: withoutResources === true ? [] : api.resources,
    prompts: withoutPrompts === true ? [] : api.prompts,
  };
}

/** The owner's prompts stand with those of the first API, and in place of any that is called the same. */
export function withPrompts(apis: readonly ServerApi[], prompts: readonly PromptData[]): readonly ServerApi[] {
  if (prompts.length === 0) return apis;
  const names = new Set(prompts.map(({ name }) => name));
  return apis.map((api, index) => ({
    ...api,
    prompts: [...api.prompts.filter(({ name }) => !names.has(name)), ...(index === 0 ? prompts : [])],
  }));
}
