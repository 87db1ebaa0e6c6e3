/** What an entry of a list costs: by what its text is made of, and how near that is to a tokeniser. */
import { describe, expect, it } from "vitest";
import { entryCost, textTokens } from "../../../src/mcp/cost.ts";
import type { ListedTool } from "../../../src/mcp/model.ts";

describe("tokens of a text", () => {
  it.each<[string, number]>([
    ["", 0],
    ["word", 0.9],
    ["letters", 0.9],
    ["internationally", 0.9 + 8 * 0.16],
    ["a b", 1.8],
    ["   ", 0],
    ["1", 1.3],
    ["123", 1.3],
    ["1234", 2.6],
    ['":"', 1.07],
    ['":{"', 1.07 + 0.24],
    ["é", 0.7],
    ["日本語", 2.1],
    ['{"name":"list_pets"}', 0.9 * 3 + 1.07 * 4],
    ["abcdefgh", 0.9 + 0.16],
    // Of each kind the first and the last, and what stands beside them.
    ["azAZ", 0.9],
    ["`{@[/:", 1.07 + 3 * 0.24],
    ["09", 1.3],
    ["a`a", 2.87],
    ["a{a", 2.87],
    ["a@a", 2.87],
    ["a[a", 2.87],
    ["0/0", 3.67],
    ["0:0", 3.67],
    ["\t\n\v\f\r ", 0],
    ["\b", 1.07],
    ["\u000e", 1.07],
    ["\u007f", 1.07],
    ["\u0080", 0.7],
    ["\u0080é日", 2.1],
    ["a\u0080a", 2.5],
    ["?".repeat(40), 1.07 + 37 * 0.24],
  ])("%j: %d, rounded up", (text, tokens) => expect(textTokens(text)).toBe(Math.ceil(Number(tokens.toFixed(6)))));

  // Counted with gpt-tokenizer 4.0.0, o200k_base.
  it.each<[string, number]>([
    [
      '{"name":"list_pets","description":"Lists all pets. Returns at most 100 of them; has_more says whether there are more.","inputSchema":{"type":"object","properties":{"limit":{"type":"integer","description":"How many at most","minimum":1,"maximum":100},"status":{"type":"string","enum":["available","pending","sold"],"description":"Only pets of this status"}}},"annotations":{"readOnlyHint":true}}',
      91,
    ],
    [
      '{"name":"create_payment_intent","title":"Create a payment","description":"Creates a payment of an amount in the smallest unit of the currency, such as cents.","inputSchema":{"type":"object","properties":{"amount":{"type":"integer","minimum":1},"currency":{"type":"string","description":"Three letters of ISO 4217, for example usd","pattern":"^[a-z]{3}$"},"metadata":{"type":"object","additionalProperties":{"type":"string"}}},"required":["amount","currency"]},"annotations":{"destructiveHint":false,"idempotentHint":true}}',
      119,
    ],
    [
      '{"name":"取引先の一覧","description":"指定した事業所の取引先一覧を取得する","inputSchema":{"type":"object","properties":{"company_id":{"type":"integer","description":"事業所ID"}},"required":["company_id"]},"annotations":{"readOnlyHint":true}}',
      63,
    ],
  ])("of %j are near the %d of o200k_base", (text, counted) => {
    expect(Math.abs(textTokens(text) / counted - 1)).toBeLessThan(0.12);
  });
});

describe("an entry", () => {
  it("costs its JSON, in tokens and in bytes", () => {
    const entry: ListedTool = {
      name: "größe",
      description: "Größe",
      inputSchema: { type: "object", properties: {} },
      annotations: {},
    };
    const text = JSON.stringify(entry);
    expect(entryCost(entry)).toEqual({ tokens: textTokens(text), bytes: Buffer.byteLength(text) });
    expect(entryCost(entry)).toBe(entryCost(entry));
  });
});
