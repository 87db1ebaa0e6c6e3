/** How a client is told that its user has to sign in first: as its revision of MCP has it, where it has it. */
import { describe, expect, it } from "vitest";
import { questionOf } from "../../templates/always/src/runtime/credentials/sign-in-question.ts";

describe("a client", () => {
  const asked = { url: "https://mcp.example/sign-in?flow=f", flow: "f", message: "Sign in first" };
  const result = { content: [], _meta: { "openapi-to-mcp/signIn": asked } } as never;
  const urls = { elicitation: { url: {} } };
  const envelope = (capabilities: object) => ({ "io.modelcontextprotocol/clientCapabilities": capabilities });
  const of = (asking: object, given = result) =>
    questionOf(given, {
      version: undefined,
      capabilities: undefined,
      envelope: undefined,
      inputResponses: undefined,
      ...asking,
    });
  const error = {
    kind: "error",
    code: -32_042,
    message: "Sign in first",
    data: { elicitations: [{ mode: "url", elicitationId: "f", url: asked.url, message: asked.message }] },
  };
  const question = {
    kind: "result",
    result: {
      resultType: "input_required",
      inputRequests: {
        "sign-in": { method: "elicitation/create", params: { mode: "url", url: asked.url, message: asked.message } },
      },
    },
  };

  it.each<[string, object, unknown]>([
    ["of 2025-11-25 that says nothing", { version: "2025-11-25" }, error],
    ["of 2025-11-25 that knows URLs", { version: "2025-11-25", capabilities: urls }, error],
    [
      "of 2025-11-25 that knows forms",
      { version: "2025-11-25", capabilities: { elicitation: { form: {} } } },
      undefined,
    ],
    ["of 2025-06-18", { version: "2025-06-18", capabilities: urls, envelope: envelope(urls) }, undefined],
    ["of no version", { envelope: envelope(urls) }, undefined],
    ["of 2026-07-28", { version: "2026-07-28", envelope: envelope(urls) }, question],
    [
      "of 2026-07-28 that knows forms",
      { version: "2026-07-28", envelope: envelope({ elicitation: { form: {} } }) },
      undefined,
    ],
    ["of 2026-07-28 that says nothing", { version: "2026-07-28", capabilities: urls }, undefined],
    [
      "whose user is on their way",
      { version: "2026-07-28", envelope: envelope(urls), inputResponses: { "sign-in": { action: "accept" } } },
      question,
    ],
    [
      "whose user does not want to",
      { version: "2026-07-28", envelope: envelope(urls), inputResponses: { "sign-in": { action: "decline" } } },
      undefined,
    ],
    [
      "whose user answered something else",
      { version: "2026-07-28", envelope: envelope(urls), inputResponses: { other: { action: "decline" } } },
      question,
    ],
  ])("%s is asked so, or shows the result", (_what, asking, want) => expect(of(asking)).toEqual(want));

  it("is asked nothing by a result that asks for no sign-in", () => {
    for (const meta of [undefined, {}, { "openapi-to-mcp/signIn": "x" }])
      expect(of({ version: "2025-11-25" }, { content: [], ...(meta && { _meta: meta }) } as never)).toBeUndefined();
  });

  it("is told what there is to tell", () => {
    const given = { content: [], _meta: { "openapi-to-mcp/signIn": {} } } as never;
    expect(of({ version: "2025-11-25" }, given)).toMatchObject({
      message: "",
      data: { elicitations: [{ mode: "url", elicitationId: "", url: "", message: "" }] },
    });
  });
});
