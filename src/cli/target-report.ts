/** What each client loads of a list, as text for a terminal. */
import type { Inspected } from "../inspect.ts";
import { count } from "../surface/text-report.ts";
import { visible } from "../base/visible.ts";
import type { Style } from "./terminal.ts";
import { wrapped } from "./wrap.ts";

/** Tools that are named of each rule. */
const named = 5;

/** The report of `inspect --targets`, without a line feed at its end; with `all`, every tool that is lost. */
export function targetReport({ targets = [], plan }: Inspected, all: boolean, { colors, width }: Style): string {
  if (plan === undefined || targets.length === 0) return "What clients load is known of documents, not of files alone.";
  const lines = [
    `The list has ${count(plan.cost.tools)} tools, about ${count(plan.cost.tokens)} tokens.`,
    ...targets.flatMap(({ target, tools, loads, lost }) => [
      `${colors.bold(target)}: ${loads === tools ? colors.green("loads all") : colors.yellow(`loads ${count(loads)} of ${count(tools)}`)}`,
      ...lost.map(({ rule, source, tools: names }) => {
        const shown = all ? names : names.slice(0, named);
        const more = shown.length < names.length ? ` and ${count(names.length - shown.length)} more` : "";
        return `  ${count(names.length)} lost, it ${rule} (${source}): ${shown.map(visible).join(", ")}${more}`;
      }),
    ]),
  ];
  return wrapped(lines.join("\n"), width);
}
