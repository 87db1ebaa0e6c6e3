/** `openapi-to-mcp policy`: what a policy says of calls, in CI, and the policy as a server reads it. */
import { defined } from "../base/defined.ts";
import { policyOf } from "../config/policy.ts";
import { loadPolicyCases } from "../config/policy-cases.ts";
import type { GenerateOptions } from "../config/options.ts";
import { readLock } from "../disk/folder.ts";
import { type DecidedCase, policyOfProject, testPolicy } from "../policy-test.ts";
import { nearestName } from "../base/suggest.ts";
import { visible, visibleJson } from "../base/visible.ts";
import { type CommandLine, UsageError } from "./line.ts";
import { readRequest } from "./request.ts";
import type { Surroundings, Terminal } from "./terminal.ts";
import { textTable } from "./text-table.ts";

/** `openapi-to-mcp policy test|print [cases|rules] [folder]`. Returns the exit code: 1 where a case is not as expected. */
export async function policyCommand(
  line: CommandLine,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const [action, ...rest] = line.operands;
  if (action !== "test" && action !== "print") {
    const near = nearestName(action ?? "", ["test", "print"]);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new UsageError(
      `Say what to do with the policy: test or print${action === undefined ? "" : `, not ${visible(action)}`}${hint}`,
    );
  }
  const cases = action === "test" ? rest.shift() : undefined;
  const rules = action === "print" && isRules(rest[0]) ? rest.shift() : undefined;
  if (action === "test" && cases === undefined)
    throw new UsageError("Give the file with the cases: policy test CASES.");
  const [folder = ".", ...more] = rest;
  if (more.length > 0) throw new UsageError("Give the folder of one project.");
  const configured = await optionsOf(line, surroundings, folder);
  const own = await policyOf(rules, noPlace, (path) => path);
  const options = { ...configured, ...defined({ policy: own }) };
  if (cases === undefined) {
    terminal.result(visibleJson((await policyOfProject(options)).file.policy));
    return 0;
  }
  const found = await testPolicy(options, await loadPolicyCases(cases));
  const wrong = found.filter(({ ok }) => !ok).length;
  terminal.result(
    line.isSet("json") ? visibleJson({ ok: wrong === 0, cases: found }) : reportOf(found, wrong, terminal),
  );
  return wrong === 0 ? 0 : 1;
}

/** Whether a word names a file of rules, and not the folder of a project. */
function isRules(word: string | undefined): word is string {
  return word !== undefined && /\.(?:ya?ml|json)$/i.test(word);
}

function noPlace(): never {
  throw new Error("A file of rules has places of its own");
}

async function optionsOf(line: CommandLine, surroundings: Surroundings, folder: string): Promise<GenerateOptions> {
  const { options } = await readRequest(line, surroundings, [], [folder]);
  const lock = await readLock(folder);
  return { ...options, ...defined({ lock }) };
}

function reportOf(found: readonly DecidedCase[], wrong: number, terminal: Terminal): string {
  const { colors, width } = terminal.resultStyle;
  const rows = found.map(({ ok, caller, tool, decision, rule }) => [ok ? "ok" : "WRONG", caller, tool, decision, rule]);
  const faults = found.flatMap(({ fault, line, tool }) =>
    fault === undefined
      ? []
      : [colors.red(`${line === undefined ? "" : `line ${line}: `}${visible(tool)}: ${visible(fault)}`)],
  );
  const all = found.length === 1 ? "1 case" : `${found.length} cases`;
  return [
    ...textTable(
      ["", "Caller", "Tool", "Decision", "Rule"].map((title) => ({ title })),
      rows,
      width,
    ),
    ...faults,
    wrong === 0 ? `${all}, all as expected` : `${wrong} of ${all} not as expected`,
  ].join("\n");
}
