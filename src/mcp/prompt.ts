import type { PromptData } from "./model.ts";

/** What a newcomer to an API would ask, in words of ours; the lists of tools are filled in by the server. */
export function buildPrompts(apiName: string, tags: readonly string[], prefix: string): readonly PromptData[] {
  const tag =
    tags.length === 0
      ? []
      : [{ name: "tag", description: "Only the tools of this tag.", required: false, values: tags }];
  return [
    {
      name: `${prefix}explore_api`,
      title: "What can this API do?",
      description: "Explains what the tools of this server can do, by tag.",
      arguments: tag,
      text: `These are tools of the ${apiName} server:\n\n{{tools}}\n\nExplain to someone who does not know this API what can be done with them: group them by purpose, say in a sentence each what a group is for, and name three tasks to begin with. Call nothing yet.`,
    },
    {
      name: `${prefix}plan_task`,
      title: "How do I get something done?",
      description: "Plans which tools to call, in which order, to reach a goal.",
      arguments: [{ name: "goal", description: "What shall be achieved.", required: true }, ...tag],
      text: `These are tools of the ${apiName} server:\n\n{{tools}}\n\nGoal: {{goal}}\n\nPlan the calls: which tools in which order, which arguments come from which answers, and which calls change something. Show the plan and wait for consent before you call a tool that changes or removes anything.`,
    },
    {
      name: `${prefix}check_access`,
      title: "Does the connection work?",
      description: "Calls one harmless tool, and explains what is missing if it fails.",
      arguments: tag,
      text: `These are tools of the ${apiName} server:\n\n{{tools}}\n\nChoose one that only reads and needs no arguments, or few; call it, and report whether the server reaches the API and its credentials are accepted. If it fails, explain the error and what has to be configured.`,
    },
  ];
}
