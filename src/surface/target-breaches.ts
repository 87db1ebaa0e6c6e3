/** What of a list a target does not load, by its limits: each limit is checked on the list as it is served. */
import { type Json, pointerTo } from "../base/json.ts";
import { type SchemaNode, standalone } from "../base/schema/node.ts";
import type { Limit, Target } from "../mcp/plan/targets.ts";

/** An entry of `tools/list`, whoever wrote it. */
export interface CheckedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
}

/** A limit that a tool breaks. */
export interface Breach {
  readonly tool: string;
  /** Into its input schema. */
  readonly pointer: string;
  /** What the target takes, in words. */
  readonly rule: string;
  readonly source: string;
}

/**
 * The limits that the tools of a list break, in its order.
 *
 * @param server the name under which a client has it: some put it before the names of tools
 */
export function breachesOf(target: Target, tools: readonly CheckedTool[], server: string): readonly Breach[] {
  return tools.flatMap((tool, index) => {
    const found: Breach[] = [];
    const report = (limit: Limit<unknown>, rule: string, pointer = ""): void =>
      void found.push({ tool: tool.name, pointer, rule, source: limit.source });
    if (target.tools !== undefined && index >= target.tools.is)
      report(target.tools, `loads the first ${target.tools.is} tools`);
    checkName(target, tool.name, server, report);
    if (target.description !== undefined && (tool.description?.length ?? 0) > target.description.is)
      report(target.description, `takes descriptions of at most ${target.description.is} characters`);
    const schema = standalone.of(tool.inputSchema as Json);
    checkRoot(target, schema, report);
    const sums = { properties: 0, values: 0, depth: 0 };
    checkSchema(target, schema, { pointer: "", depth: 1, sums, report });
    const most = [
      ["properties", "properties of a tool"],
      ["values", "values of enumerations"],
      ["depth", "levels of objects"],
    ] as const;
    for (const [key, words] of most) {
      const limit = target[key];
      if (limit !== undefined && sums[key] > limit.is) report(limit, `takes at most ${limit.is} ${words}`);
    }
    return found;
  });
}

type Report = (limit: Limit<unknown>, rule: string, pointer?: string) => void;

function checkName({ name: limit }: Target, tool: string, server: string, report: Report): void {
  if (limit === undefined) return;
  const { shown, pattern, longest } = limit.is;
  const full = shown.replace("{server}", server).replace("{tool}", tool);
  if (full.length > longest)
    report(limit, `takes names of at most ${longest} characters${shown === "{tool}" ? "" : `, ${shown} together`}`);
  if (!pattern.test(full)) report(limit, `takes names that match ${pattern.source}`);
}

function checkRoot({ refusedAtRoot, argument }: Target, schema: SchemaNode, report: Report): void {
  for (const keyword of refusedAtRoot?.is ?? [])
    if (schema.says(keyword) && refusedAtRoot !== undefined)
      report(refusedAtRoot, `takes no ${keyword} at the root`, pointerTo("", keyword));
  for (const name of schema.propertyNames)
    if (argument?.is.test(name) === false)
      report(argument, `takes arguments whose names match ${argument.is.source}`, pointerTo("", "properties", name));
}

interface Place {
  readonly pointer: string;
  /** Objects around it, itself among them where it is one. */
  readonly depth: number;
  readonly sums: { properties: number; values: number; depth: number };
  readonly report: Report;
}

function checkSchema(target: Target, schema: SchemaNode, place: Place): void {
  const { pointer, depth, sums, report } = place;
  const { refused, strict, typed, formats } = target;
  for (const keyword of Object.keys(schema.keywords))
    if (refused?.is.includes(keyword) === true) report(refused, `takes no ${keyword}`, pointerTo(pointer, keyword));
  const types = schema.namedTypes;
  const isListOfTypes = Array.isArray(schema.keyword("type"));
  const isOptional = strict !== undefined && types.length === 2 && types.includes("null");
  if (typed !== undefined && isListOfTypes && !isOptional)
    report(typed, "takes one type a schema", pointerTo(pointer, "type"));
  if (typed !== undefined && types.includes("array") && (schema.items ?? standalone.nothing).isBoolean)
    report(typed, "takes no list without items", pointer);
  if (formats !== undefined && schema.format !== undefined && !formats.is.has(schema.format))
    report(formats, "takes no such format", pointerTo(pointer, "format"));
  sums.values += schema.enum?.length ?? 0;
  sums.properties += schema.propertyNames.length;
  const isAnObject = types.includes("object");
  if (isAnObject) sums.depth = Math.max(sums.depth, depth);
  if (strict !== undefined && isAnObject) checkStrict(strict, schema, place);
  const below = { ...place, depth: isAnObject ? depth + 1 : depth };
  for (const [name, property] of schema.properties)
    checkSchema(target, property, { ...below, pointer: pointerTo(pointer, "properties", name) });
  for (const keyword of ["items", "additionalProperties"] as const) {
    const part = schema[keyword];
    if (part !== undefined) checkSchema(target, part, { ...below, pointer: pointerTo(pointer, keyword) });
  }
  for (const keyword of ["anyOf", "oneOf", "allOf"] as const)
    schema[keyword]?.forEach((part, index) =>
      checkSchema(target, part, { ...place, pointer: pointerTo(pointer, keyword, index) }),
    );
}

function checkStrict(strict: Limit<true>, schema: SchemaNode, { pointer, report }: Place): void {
  const { required } = schema;
  if (!schema.isClosed) report(strict, "takes closed objects only", pointer);
  if (schema.propertyNames.some((name) => !required.includes(name)))
    report(strict, "takes no optional properties", pointer);
}
