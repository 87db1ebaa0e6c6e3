/** What of a text that others wrote is seen: in a sentence of ours, and in the value of an answer. */
import { describe, expect, it } from "vitest";
import { visibleLine, visibleValue } from "../../templates/always/src/runtime/text/visible.ts";
import { answer, read } from "./answer.ts";

describe("a text that is quoted in a sentence", () => {
  it.each([
    ["a line feed", "a\nHint: b"],
    ["a carriage return", "a\rHint: b"],
    ["both", "a\r\n\r\nHint: b"],
    ["a tab", "a\tHint: b"],
    ["separators of lines and paragraphs", "a\u2028\u2029Hint: b"],
    ["a hidden character between spaces", "a \u200b Hint: b"],
  ])("is one line, whatever divides it: %s", (_what, text) => expect(visibleLine(text)).toBe("a Hint: b"));

  it("is as long as it may be, in characters, and then says that it goes on", () => {
    expect(visibleLine("😀😀😀", 3)).toBe("😀😀😀");
    expect(visibleLine("😀😀😀", 2)).toBe("😀😀…");
    expect(visibleLine("  a  ", 1)).toBe("a");
  });
});

describe("the value of an answer", () => {
  const hidden = '{"na\u200bme":"Re\u202ex","name":"Max","list":["\u2066a",{"b\u00ad":1}],"none":null}';
  const seen = { name: "Rex", name_2: "Max", list: ["a", { b: 1 }], none: null };

  it("has no hidden characters in its texts and names, and loses no member by that", () => {
    expect(visibleValue(JSON.parse(hidden))).toEqual(seen);
    expect(read(answer(hidden)).structuredContent).toEqual(seen);
  });

  it("has none that were spelled as escapes", () => {
    const spelled = String.raw`{"na\u200bme":"Re\u202ex","tags":["\ud83d\ude00"]}`;
    expect(read(answer(spelled)).structuredContent).toEqual({ name: "Rex", tags: ["😀"] });
  });

  it("is itself where all of it is seen", () => {
    const value = { name: "Rex", list: ["a", { b: 1 }] };
    expect(visibleValue(value)).toBe(value);
  });
});
