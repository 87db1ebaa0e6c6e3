/**
 * What the strictest of the known MCP clients take: names, sizes, and a subset of JSON Schema. One tool that breaks a
 * rule can cost a client the whole server, so every listed tool is looked at.
 */
import { breachesOf } from "../../src/surface/target-breaches.ts";
import { targets } from "../../src/mcp/plan/targets.ts";
import { hiddenIn } from "../../src/base/visible.ts";
import { isArray, isObject, type Json, type JsonObject, own, ownString, pointerTo } from "../../src/base/json.ts";

export interface ListedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
}

/** A rule in words, and where it is broken. */
export interface Breach {
  readonly tool: string;
  readonly pointer: string;
  readonly rule: string;
}

const longestDescription = 1024;

const types = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);

/** Every breach of the portable profile in a list of tools. */
export function profileBreaches(tools: readonly ListedTool[]): readonly Breach[] {
  const seen = new Set<string>();
  return tools.flatMap((tool) => {
    const breaches: Breach[] = [];
    const report = (rule: string, pointer = ""): void => void breaches.push({ tool: tool.name, pointer, rule });
    for (const { rule, pointer } of breachesOf(targets.portable, [tool], "")) report(rule, pointer);
    if (seen.has(tool.name.toLowerCase())) report("names differ by more than case");
    seen.add(tool.name.toLowerCase());
    const description = tool.description ?? "";
    if (description === "") report("a tool has a description");
    checkText(description, "", report);
    checkRoot(tool.inputSchema, report);
    if (tool.outputSchema !== undefined && ownString(tool.outputSchema, "type") !== "object")
      report("an output schema is an object", "/outputSchema");
    if (own(tool.outputSchema, "$schema") !== undefined) report("an output schema has no $schema", "/outputSchema");
    return breaches;
  });
}

type ReportBreach = (rule: string, pointer?: string) => void;

function checkRoot(schema: unknown, report: ReportBreach): void {
  if (!isObject(schema)) return report("an input schema is an object");
  if (schema["type"] !== "object") report("the root is an object");
  if (!isObject(own(schema, "properties"))) report("the root has properties, also when there are none");
  checkSchema(schema, "", report);
}

function checkSchema(schema: Json, pointer: string, report: ReportBreach): void {
  if (!isObject(schema)) return report("a schema is an object, not true or false", pointer);
  for (const key of Object.keys(schema)) {
    if (key.startsWith("x-")) report("no extensions", pointerTo(pointer, key));
  }
  const type = own(schema, "type");
  if (type !== undefined && (typeof type !== "string" || !types.has(type))) report("one known type", pointer);
  checkText(ownString(schema, "description") ?? "", pointer, report);
  checkProperties(schema, pointer, report);
  for (const keyword of ["items", "additionalProperties"]) {
    const value = own(schema, keyword);
    if (value !== undefined && typeof value !== "boolean") checkSchema(value, pointerTo(pointer, keyword), report);
  }
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const value = own(schema, keyword);
    if (value === undefined) continue;
    if (!isArray(value) || value.length === 0) report(`${keyword} is a list`, pointer);
    else value.forEach((item, index) => checkSchema(item, pointerTo(pointer, keyword, index), report));
  }
}

function checkText(text: string, pointer: string, report: ReportBreach): void {
  if (text.length > longestDescription) report("a description has at most 1024 characters", pointer);
  if (/[([](?:e\.g\.?|i\.e\.?|such as)?[,:]?\s*$/i.test(text))
    report("a description does not end in an open bracket", pointer);
  if (hiddenIn(text).length > 0) report("a description has no hidden characters", pointer);
}

function checkProperties(schema: JsonObject, pointer: string, report: ReportBreach): void {
  const properties = own(schema, "properties");
  const required = own(schema, "required");
  if (properties !== undefined && !isObject(properties)) return report("properties is an object", pointer);
  const names = isObject(properties) ? Object.keys(properties) : [];
  // Providers look at the names at the root only; below it what has to be sent has its own.
  const asked = pointer === "" || !isArray(required) ? [] : required;
  for (const name of names)
    if (!/^[a-zA-Z0-9_.-]{1,64}$/.test(name) && !asked.includes(name))
      report("a property's name is of A-Z, a-z, 0-9, _, . and -, at most 64", pointerTo(pointer, "properties", name));
  if (isArray(required)) {
    for (const name of required)
      if (typeof name !== "string" || !names.includes(name)) report("what is required is a property", pointer);
  } else if (required !== undefined) report("required is a list", pointer);
  if (isObject(properties))
    for (const [name, value] of Object.entries(properties))
      checkSchema(value, pointerTo(pointer, "properties", name), report);
}
