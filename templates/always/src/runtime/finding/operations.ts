/** The operations of a server as discovery sees them. */
import type { CallContext } from "../custom.js";
import { ArgumentError } from "../errors.js";
import type { OperationRow, ToolRow, ToolTable } from "../tools/tool-table.js";
import { nearestNames } from "../text/spelling.js";

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
