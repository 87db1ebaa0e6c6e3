/** How a client is told that its user has to open a page first: by URL elicitation, where its revision has it. */
import type { QuestionOf } from "../access/caller-credentials.js";
import { signInKey, signInQuestion } from "../call/call.js";
import { isJsonObject, ownValue } from "../data/json-place.js";

/** `UrlElicitationRequired` of 2025-11-25. */
const urlElicitationRequired = -32_042;

/**
 * What a client gets in place of a result that asks for a sign-in; `undefined` for any other, and for clients that know
 * no such question, or whose user does not want to: those show the result, which has the page's address in its text.
 */
export const questionOf: QuestionOf = (
  result,
  { version = "", capabilities, envelope, inputResponses },
) => {
  const asked = result._meta?.[signInKey];
  if (!isJsonObject(asked)) return undefined;
  const { url = "", flow = "", message = "" } = asked;
  if (version === "2025-11-25") {
    if (capabilities !== undefined && !knowsUrls(capabilities))
      return undefined;
    const elicitation = { mode: "url", elicitationId: flow, url, message };
    return {
      kind: "error",
      code: urlElicitationRequired,
      message: String(message),
      data: { elicitations: [elicitation] },
    };
  }
  const declared = ownValue(
    envelope,
    "io.modelcontextprotocol/clientCapabilities",
  );
  const action = ownValue(ownValue(inputResponses, signInQuestion), "action");
  if (version < "2026" || !knowsUrls(declared)) return undefined;
  if (action !== undefined && action !== "accept") return undefined;
  const request = {
    method: "elicitation/create",
    params: { mode: "url", url, message },
  };
  return {
    kind: "result",
    result: {
      resultType: "input_required",
      inputRequests: { [signInQuestion]: request },
    },
  };
};

function knowsUrls(capabilities: unknown): boolean {
  return ownValue(ownValue(capabilities, "elicitation"), "url") !== undefined;
}
