/** What a toolset leaves of a server: as if it had been made of those operations alone. */
import type { Custom } from "../custom.js";
import { defined } from "../data/defined.js";
import type { PromptData, ToolsetData } from "../data/model.js";
import type { Project, ProjectApi } from "../data/project.js";

/** The project as far as a toolset holds it, and of what the owner adds what it names. */
export function sliceOf<Whole extends Project>(
  project: Whole,
  custom: Custom,
  {
    name,
    title,
    instructions,
    list,
    folded,
    strict,
    listed,
    ...held
  }: ToolsetData,
): { readonly project: Whole; readonly custom: Custom } {
  const tools = new Set(held.tools);
  const prompts = new Set(held.prompts);
  const own = new Set(held.custom);
  const isOwn = (addition: { readonly name: string }) => own.has(addition.name);
  const { data } = project;
  return {
    project: {
      ...project,
      data: {
        ...data,
        name: `${data.name}-${name}`,
        title,
        instructions,
        ...(data.aliases === undefined
          ? {}
          : { aliases: data.aliases.filter(({ tool }) => tools.has(tool)) }),
      },
      apis: project.apis
        .map((api) => apiWithin(api, tools, prompts))
        .filter(({ groups, prompts: left }) => groups.length + left.length > 0),
      plan: { list, listed, ...defined({ folded, strict }) },
    },
    custom: {
      ...custom,
      tools: (custom.tools ?? []).filter(isOwn),
      resources: (custom.resources ?? []).filter(isOwn),
      prompts: (custom.prompts ?? []).filter(isOwn),
    },
  };
}

function apiWithin(
  api: ProjectApi,
  tools: ReadonlySet<string>,
  prompts: ReadonlySet<string>,
): ProjectApi {
  const groups = api.groups
    .map((group) => ({
      ...group,
      tools: group.tools.filter(({ name }) => tools.has(name)),
    }))
    .filter((group) => group.tools.length > 0);
  const tagsOf = (of: ProjectApi["groups"]) =>
    new Set(of.flatMap(({ data }) => data.tag ?? []));
  const left = tagsOf(groups);
  const gone = new Set([...tagsOf(api.groups)].filter((tag) => !left.has(tag)));
  return {
    ...api,
    groups,
    resources: api.resources.filter(({ tool }) => tools.has(tool)),
    prompts: api.prompts
      .filter(({ name }) => prompts.has(name))
      .map((prompt) => withoutTags(prompt, gone)),
  };
}

/** Tags that no tool has any more are not offered. */
function withoutTags(
  prompt: PromptData,
  gone: ReadonlySet<string>,
): PromptData {
  return {
    ...prompt,
    arguments: prompt.arguments.map((argument) =>
      argument.values === undefined
        ? argument
        : {
            ...argument,
            values: argument.values.filter((value) => !gone.has(value)),
          },
    ),
  };
}
