import type { CustomTool } from "../custom.js";
import { defined } from "../data/defined.js";
import type {
  CallPlan,
  InputSchema,
  JsonObject,
  JsonSchema,
  JsonValue,
} from "../data/model.js";
import type { Discoverable } from "../tools/discovery.js";
import { partArgument } from "../response/part.js";
import { hintOf, operationNamed } from "./operations.js";

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
