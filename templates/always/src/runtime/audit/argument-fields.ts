/** What the audit says of arguments. */
import type { Call } from "../call/call.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import { visibleLine } from "../text/visible.js";

const mostNames = 100;
const longestValue = 200;

/**
 * Names of the arguments that the tool has, how many others came, and values of those that the owner lists. What the
 * tool does not have may be anything, also as a name, and is counted only.
 */
export function argumentFields(
  { row, args }: Call,
  values: ReadonlySet<string>,
): JsonObject {
  const { name, inputSchema } = row.listing;
  const given = Object.keys(args);
  const known = given.filter((argument) =>
    Object.hasOwn(inputSchema.properties ?? {}, argument),
  );
  const shown = known.filter(
    (argument) => values.has(argument) || values.has(`${name}.${argument}`),
  );
  return {
    arguments: known.slice(0, mostNames),
    ...(given.length > known.length
      ? { unknownArguments: given.length - known.length }
      : {}),
    ...(shown.length === 0
      ? {}
      : {
          values: Object.fromEntries(
            shown.map((argument) => [argument, shortened(args[argument])]),
          ),
        }),
  };
}

function shortened(value: JsonValue | undefined): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return visibleLine(text, longestValue);
}
