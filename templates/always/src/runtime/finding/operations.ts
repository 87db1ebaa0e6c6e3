/** The operations of a server as discovery sees them: which one is meant, what is told of it, and how it is called. */
import type { CallContext, CustomTool } from "../custom.js";
import { defined } from "../data/defined.js";
import { isJsonObject } from "../data/json-place.js";
import type {
  CallPlan,
  InputSchema,
  JsonObject,
  JsonSchema,
  JsonValue,
} from "../data/model.js";
import { ArgumentError } from "../errors.js";
import { partArgument } from "../response/part.js";
import { nearestNames } from "../text/spelling.js";
import type { Discoverable } from "../tools/tool-parts.js";
import type {
  MeantCall,
  OperationRow,
  ToolRow,
  ToolTable,
} from "../tools/tool-table.js";

/** `read`, `write`, or `delete` for what may change or remove what exists. */
export function hintOf({
  listing: { annotations },
}: Pick<ToolRow, "listing">): "read" | "write" | "delete" {
  if (annotations.readOnlyHint) return "read";
  return annotations.destructiveHint ? "delete" : "write";
}

/**
 * The operation of a name, an old one as well.
 *
 * @throws ArgumentError where there is none that the caller may call: for others it is not there
 */
export function operationNamed(
  name: string,
  tools: ToolTable,
  caller: CallContext["caller"],
): OperationRow {
  const { row, successor } = { successor: undefined, ...tools.find(name) };
  if (row?.kind === "operation" && tools.isFor(caller, row.listing.name))
    return row;
  if (row?.kind === "custom")
    throw new ArgumentError(`${name} is listed: call it as a tool of its own`);
  const allowed = tools
    .names()
    .filter(
      (other) =>
        tools.get(other)?.kind === "operation" && tools.isFor(caller, other),
    );
  const near =
    successor === undefined ? nearestNames(name, allowed) : [successor];
  throw new ArgumentError(`There is no operation "${name}"`, {
    hint:
      near.length === 0
        ? "Find its name with find_operations."
        : `Did you mean ${near.join(" or ")}? find_operations finds others.`,
  });
}

/** The run of `describe_operation`: all that a list of tools would say of one, and what it answers. */
export function describeOperation({
  tools,
  plan,
}: Discoverable): CustomTool["run"] {
  return async (args, { caller }) => {
    const row = operationNamed(String(args["name"]), tools(), caller);
    const { name, title, description, inputSchema, outputSchema } = row.listing;
    const planned = await plan(row);
    const { request, responses } = planned;
    const hint = hintOf(row);
    const called =
      hint === "read" ? "call_read_operation" : "call_write_operation";
    // A list of all tools has none that calls others.
    const isCalledByName = tools().get(called) !== undefined;
    const described = {
      name,
      request: `${request.method} ${request.path}`,
      title,
      description,
      hint,
      inputSchema: { ...inputSchema } as unknown as JsonObject,
      ...defined({ outputSchema }),
      answers: responses.map(answerOf),
      results: resultsOf(planned, inputSchema),
      example: isCalledByName
        ? {
            tool: called,
            arguments: { name, arguments: exampleOf(inputSchema) },
          }
        : { tool: name, arguments: exampleOf(inputSchema) },
    };
    return {
      content: [{ type: "text", text: JSON.stringify(described) }],
      structuredContent: described,
    };
  };
}

/** What a call may ask of its result that its schema does not list, in sentences. */
function resultsOf(
  { pages, shape }: CallPlan,
  { properties }: InputSchema,
): readonly string[] {
  const told: string[] = [];
  const fields = shape?.argument;
  if (fields !== undefined && !Object.hasOwn(properties, fields))
    told.push(
      `Fields of each item can be chosen, as in {"${fields}":["id","owner.name"]}`,
    );
  const all = pages?.all;
  if (pages !== undefined)
    told.push(
      "The list comes page by page: a result says the arguments of the call that goes on",
    );
  if (all !== undefined)
    told.push(
      `{"${all.argument}":true} gives up to ${all.pages} pages, or about ${all.items} items, at once`,
    );
  if (!Object.hasOwn(properties, partArgument))
    told.push(
      `A long result is cut, and its end says what gives the rest: {"${partArgument}":"answer://…"} alone`,
    );
  return told;
}

function answerOf({
  status,
  contents,
}: CallPlan["responses"][number]): JsonObject {
  return { status, mediaTypes: contents.map(({ mediaType }) => mediaType) };
}

/** Arguments that a call has to have, with values as the schema suggests them. */
function exampleOf({ properties, required = [] }: InputSchema): JsonObject {
  return Object.fromEntries(
    required.map((name) => [name, valueFor(properties[name] ?? true, name)]),
  );
}

function valueFor(schema: JsonSchema, name: string): JsonValue {
  if (typeof schema === "boolean") return `<${name}>`;
  const [example] = Array.isArray(schema["examples"]) ? schema["examples"] : [];
  const [first] = Array.isArray(schema["enum"]) ? schema["enum"] : [];
  const given = schema["const"] ?? schema["default"] ?? example ?? first;
  if (given !== undefined) return given;
  const [alternative] = Array.isArray(schema["anyOf"]) ? schema["anyOf"] : [];
  if (alternative !== undefined)
    return valueFor(alternative as JsonSchema, name);
  const type = Array.isArray(schema["type"])
    ? schema["type"][0]
    : schema["type"];
  switch (type) {
    case "integer":
    case "number":
      return typeof schema["minimum"] === "number" ? schema["minimum"] : 1;
    case "boolean":
      return true;
    case "array":
      return [];
    case "object":
      return exampleOf(schema as unknown as InputSchema);
    default:
      return `<${name}>`;
  }
}

/**
 * What a call of `call_read_operation` or `call_write_operation` calls.
 *
 * @param reads whether it was the first of them
 * @throws ArgumentError where there is no such operation, or the other tool is for it
 */
export function meantCall(
  { tools }: Discoverable,
  reads: boolean,
  args: JsonObject,
  caller: CallContext["caller"],
): MeantCall {
  const row = operationNamed(String(args["name"]), tools(), caller);
  const isRead = hintOf(row) === "read";
  if (isRead !== reads)
    throw new ArgumentError(
      `${row.listing.name} ${isRead ? "reads" : "writes"}`,
      {
        hint: `Call it with ${isRead ? "call_read_operation" : "call_write_operation"}.`,
      },
    );
  return { row, args: argumentsOf(args["arguments"]) };
}

/** An object, or one that came as text of JSON, as some models send it. */
function argumentsOf(given: JsonValue | undefined): JsonObject {
  if (given === undefined) return {};
  if (isJsonObject(given)) return given;
  try {
    const read: unknown = JSON.parse(String(given));
    if (isJsonObject(read)) return read;
  } catch {
    // Said below.
  }
  throw new ArgumentError('"arguments" has to be an object', {
    hint: "Give the arguments of the operation by name; describe_operation tells which.",
  });
}

/** The same, and `undefined` where the call does not go through: then `callOperation` says why. */
export function meantIfAny(
  ...given: Parameters<typeof meantCall>
): MeantCall | undefined {
  const [, , args] = given;
  if (Object.keys(args).some((key) => key !== "name" && key !== "arguments"))
    return undefined;
  try {
    return meantCall(...given);
  } catch (fault) {
    if (fault instanceof ArgumentError) return undefined;
    throw fault;
  }
}

/** The run of both, for a call that came without being taken for what it means. */
export function callOperation(
  server: Discoverable,
  reads: boolean,
): CustomTool["run"] {
  return async (args, { caller, call }) => {
    const meant = meantCall(server, reads, args, caller);
    return call(meant.row.listing.name, meant.args);
  };
}
