/** What features ask the plans of calls for. */
import type { ServerModel, Tool } from "../../mcp/model.ts";

type Body = NonNullable<Tool["call"]["request"]["body"]>;

/** Every way in which a tool of the server writes a body. */
export function bodiesOf({ apis }: ServerModel): readonly Body["contents"][number][] {
  return apis
    .flatMap(({ groups }) => groups.flatMap(({ tools }) => tools))
    .flatMap(({ call }) => call.request.body?.contents ?? []);
}
