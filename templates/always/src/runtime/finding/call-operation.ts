import type { CallContext, CustomTool } from "../custom.js";
import { isJsonObject } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { ArgumentError } from "../errors.js";
import type { MeantCall } from "../tools/tool-table.js";
import type { Discoverable } from "../tools/discovery.js";
import { hintOf, operationNamed } from "./operations.js";

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
