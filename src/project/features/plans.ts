/** What features ask the plans of calls for. */
import type { ServerModel, Tool } from "../../mcp/model.ts";

type Body = NonNullable<Tool["call"]["request"]["body"]>;

/** The plan of every tool's call. */
export function callsOf({ apis }: ServerModel): readonly Tool["call"][] {
  return apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools.map(({ call }) => call)));
}

/** Every way in which a tool of the server writes a body. */
export function bodiesOf(model: ServerModel): readonly Body["contents"][number][] {
  return callsOf(model).flatMap(({ request }) => request.body?.contents ?? []);
}
