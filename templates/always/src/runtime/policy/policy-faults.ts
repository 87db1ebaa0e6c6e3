/** What a policy says that a server cannot mean: tools that are not there, rules that nothing ever reaches. */
import { isJsonObject, ownValue } from "../data/json-place.js";
import { nearestNames } from "../text/spelling.js";
import { conditionsOf, fitsTool, isForAll } from "./match.js";
import type {
  PolicyData,
  PolicyFault,
  PolicyRule,
  RuledTool,
} from "./policy-data.js";

/** The server that a policy is for. */
export interface RuledServer {
  readonly tools: readonly RuledTool[];
  readonly toolsets: readonly string[];
}

/** In the order of the rules. A name that nothing has may be a tool that somebody wanted to close. */
export function policyFaults(
  policy: PolicyData,
  server: RuledServer,
): readonly PolicyFault[] {
  const own = (policy.custom ?? []).filter(
    (name) => !server.tools.some((tool) => tool.name === name),
  );
  const names = [...server.tools.map(({ name }) => name), ...own];
  return policy.rules.flatMap((rule, index) => {
    const pointer = `/rules/${index}`;
    const unknown = [
      ...unknownOf(rule.tools, names, `${pointer}/tools`, "tool"),
      ...unknownOf(
        rule.tags,
        [...new Set(server.tools.flatMap(({ tags }) => tags ?? []))],
        `${pointer}/tags`,
        "tag",
      ),
      ...unknownOf(
        rule.toolsets,
        server.toolsets,
        `${pointer}/toolsets`,
        "toolset",
      ),
    ];
    if (unknown.length > 0) return unknown;
    const tools = server.tools.filter((tool) => fitsTool(rule, tool));
    const isAboutOwn = own.some(
      (name) =>
        rule.tools?.some((glob) => glob.includes("*") || glob === name) ?? true,
    );
    if (tools.length === 0 && !isAboutOwn)
      return [
        { pointer, message: "No tool fits this rule: it can never decide" },
      ];
    return [
      ...argumentFaults(rule, pointer, tools, isAboutOwn),
      ...(isAboutOwn ? [] : shadowFaults(policy, index, tools)),
    ];
  });
}

function unknownOf(
  given: readonly string[] = [],
  known: readonly string[],
  pointer: string,
  what: string,
): readonly PolicyFault[] {
  return given.flatMap((name, index) => {
    if (name.includes("*") && what === "tool") return [];
    if (known.includes(name)) return [];
    const [near] = nearestNames(name, known);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    return [
      {
        pointer: `${pointer}/${index}`,
        message: `There is no ${what} "${name.slice(0, 100)}"${hint}`,
      },
    ];
  });
}

/** Arguments that no tool of the rule has are no limit, and to leave out what has to be there makes every call fail. */
function argumentFaults(
  rule: PolicyRule,
  pointer: string,
  tools: readonly RuledTool[],
  isAboutOwn: boolean,
): readonly PolicyFault[] {
  const places: readonly (readonly [string, readonly string[]])[] = [
    ["cap", Object.keys(rule.cap ?? {})],
    ["drop", rule.drop ?? []],
    ["arguments/properties", propertiesOf(rule.arguments)],
    ["require/properties", propertiesOf(rule.require)],
  ];
  const known = [
    ...new Set(tools.flatMap((tool) => [...tool.arguments.keys()])),
  ];
  const unknown = places.flatMap(([place, names]) =>
    names
      .filter((name) => !isAboutOwn && !known.includes(name))
      .map((name) => {
        const [near] = nearestNames(name, known);
        return {
          pointer: `${pointer}/${place}`,
          message: `No tool of this rule has the argument "${name.slice(0, 100)}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
        };
      }),
  );
  const needed = (rule.drop ?? []).flatMap((name) => {
    const tool = tools.find((one) => one.arguments.get(name) === true);
    return tool === undefined
      ? []
      : [
          {
            pointer: `${pointer}/drop`,
            message: `"${name}" cannot be left out: ${tool.name} requires it`,
          },
        ];
  });
  return [...unknown, ...needed];
}

function propertiesOf(schema: PolicyRule["arguments"]): readonly string[] {
  const properties = ownValue(schema, "properties");
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

/** A rule whose every call an earlier one has decided. */
function shadowFaults(
  { rules }: PolicyData,
  index: number,
  tools: readonly RuledTool[],
): readonly PolicyFault[] {
  const rule = rules[index];
  if (rule === undefined) return [];
  const earlier = rules.slice(0, index);
  const who = JSON.stringify(conditionsOf(rule));
  const covering = tools.map((tool) =>
    earlier.findIndex(
      (other) =>
        fitsTool(other, tool) &&
        (isForAll(other) || JSON.stringify(conditionsOf(other)) === who),
    ),
  );
  const [first] = covering;
  if (first === undefined || covering.some((found) => found < 0)) return [];
  return [
    {
      pointer: `/rules/${index}`,
      message: `This rule can never decide: ${[...new Set(covering)].map((found) => `rule ${found + 1}`).join(" and ")} decide${new Set(covering).size === 1 ? "s" : ""} all of its calls before`,
    },
  ];
}
