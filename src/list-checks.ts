/** Whether the list of a server is what its owner wants of it: not too expensive, and whole for the client it is made for. */
import { CompileError, type Diagnostic, diagnosticAt } from "./base/diagnostics.ts";
import { visible } from "./base/visible.ts";
import type { GenerateOptions } from "./config/options.ts";
import { settingPlace } from "./config/places.ts";
import { toolTokens } from "./mcp/cost.ts";
import type { ServerModel } from "./mcp/model.ts";
import { listOfServer } from "./mcp/plan/served-list.ts";
import { withinToolset } from "./mcp/plan/toolset-plan.ts";
import { loadingOf } from "./surface/loading.ts";
import { count } from "./surface/text-report.ts";

/** Of what costs too much, tools that are named. */
const named = 5;

/** A list of a server, and what it is called in messages. */
interface OneList {
  readonly what: string;
  /** The server as far as the list goes. */
  readonly of: ServerModel;
}

/**
 * A list that costs more than its owner allows is a mistake, which a pipeline has to see.
 *
 * @throws {CompileError} `costly-list` for that of the server and of each toolset
 */
export function requireCost(model: ServerModel, { maxCost, places }: GenerateOptions): void {
  if (maxCost === undefined) return;
  const costly = listsOf(model).filter(({ of }) => of.plan.cost.tokens > maxCost);
  if (costly.length === 0) return;
  throw new CompileError(
    costly.map(({ what, of }) => {
      const tools = listOfServer(of).map((tool) => ({ name: tool.name, tokens: toolTokens(tool) }));
      const most = tools.sort((one, other) => other.tokens - one.tokens).slice(0, named);
      const names = most.map(({ name, tokens }) => `${name} ${count(tokens)}`).join(", ");
      const message = `${what} costs about ${count(of.plan.cost.tokens)} tokens, more than the ${count(maxCost)} of max-cost; most of all ${names}`;
      const place = settingPlace(places, "/max-cost");
      return diagnosticAt("costly-list", place.file, message, place);
    }),
  );
}

/** What the client that the list is made for would not load. */
export function lostTools(model: ServerModel, { list, places }: GenerateOptions): readonly Diagnostic[] {
  const { target } = list ?? {};
  if (target === undefined) return [];
  return listsOf(model).flatMap(({ what, of }) => {
    const { lost, tools, loads } = loadingOf(target, listOfServer(of), of.project.name);
    const [first] = lost;
    if (first === undefined) return [];
    const message = `${what}: ${target} loads ${count(loads)} of ${count(tools)} tools; it ${first.rule}, unlike ${visible(first.tools.slice(0, named).join(", "))}`;
    const place = settingPlace(places, "/target");
    return [diagnosticAt("lost-tool", place.file, message, place)];
  });
}

function listsOf(model: ServerModel): readonly OneList[] {
  return [
    { what: "The list of the server", of: model },
    ...model.toolsets.map((toolset) => ({
      what: `The list of the toolset ${toolset.name}`,
      of: withinToolset(model, toolset),
    })),
  ];
}
