import { defined } from "../data/defined.js";
import type { JsonObject } from "../data/model.js";
import type { Caller } from "../upstream/http-message.js";

/** What a line of the log says of who calls. */
export function callerFields({
  id,
  subject,
  client,
  tenant,
}: Caller): JsonObject {
  return { caller: id, ...defined({ subject, client, tenant }) };
}
