import fc from "fast-check";
import prettier from "prettier";
import { describe, expect, test } from "vitest";
import { htmlText, isPlainMarkdown, markdownCode, markdownTable, markdownText } from "../../../src/markdown.ts";
import { renderTemplate } from "../../../src/project/template.ts";

describe("renderTemplate", () => {
  test.each([
    ["words", "{{text a}}", { a: "Pet Store (v1.2)" }, true],
    ["what is escaped", "{{text a}}", { a: "Pets & more" }, false],
    ["characters of disputed width", "{{text a}}", { a: "ペット" }, false],
    ["a code span", "{{code a}}", { a: "GET /pets/{petId}?x=*" }, true],
    ["a code span with a backtick", "{{code a}}", { a: "a`b" }, false],
    ["a literal without quotes", "{{json a}}", { a: "../pets.yaml" }, true],
    ["a literal with quotes", "{{json a}}", { a: 'a"b' }, false],
    ["the comment for a list", "{{markdown a}}", { a: "<!-- tools -->" }, true],
    ["one of many", "{{text a}}{{text b}}", { a: "*", b: "b" }, false],
  ])("knows whether a formatter leaves %s as it is", (_name, template, context, want) =>
    expect(renderTemplate(template, context).exact).toBe(want),
  );

  test.each([
    ["{{text a}}", { a: "<b> *x*" }, "&lt;b&gt; \\*x\\*"],
    ["{{code a}}", { a: "a`b" }, "``a`b``"],
    ["{{json a}}", { a: '"\n' }, '"\\"\\n"'],
    ["{{name a}}", { a: "pet-store" }, "pet-store"],
    ["{{environmentName a}}", { a: "PET_URL" }, "PET_URL"],
    ["{{#each list}}{{own this}};{{/each}}", { list: ["a", "b"] }, "a;b;"],
    ["{{own a}}", { a: "{{b}}" }, "{{b}}"],
  ])("%s", (template, context, want) => expect(renderTemplate(template, context).text).toBe(want));

  test.each([
    ["a name that the context lacks", "{{gone}}", {}],
    ["nothing for a helper", "{{text gone}}", {}],
    ["an object for a helper", "{{text a}}", { a: {} }],
    ["a helper that does not exist", "{{raw a}}", { a: "x" }],
    ["a function of the context", "{{raw a}}", { raw: (text: string) => text, a: "x" }],
    ["a name in capitals", "{{name a}}", { a: "Pet" }],
    ["a name with a command", "{{name a}}", { a: "pet;reboot" }],
    ["a variable with a line end", "{{environmentName a}}", { a: "A\nB" }],
    ["own words with a line end", "{{own a}}", { a: "a\nb" }],
    ["something inherited", "{{text constructor}}", {}],
  ])("refuses %s", (_name, template, context) => expect(() => renderTemplate(template, context)).toThrow());
});

const hostile = [
  "![x](http://a/b)",
  "[a](javascript:x)",
  "<img src=x onerror=y>",
  "`code` ``",
  "a|b|c",
  "</summary>",
  "*a* _b_ ~~c~~ $d$",
  "a\n\n# heading",
  "\\",
  "&lt;",
  "{{x}}",
  "a\u202eb",
  "``",
  "`",
  " ",
];

describe("Markdown", () => {
  test.each(hostile)("%j is text, and code, and nothing else", async (text) => {
    for (const encoded of [markdownText(text), htmlText(text)]) {
      expect(encoded).not.toMatch(/[<>\n\u202e]/);
    }
    expect(markdownText(text)).not.toMatch(/(?<!\\)(?:\\\\)*[[\]*_`|~$]/);
    const table = `${markdownTable(["a", "b"], [[markdownText(text), markdownCode(text)]])}\n`;
    const formatted = await prettier.format(table, { parser: "markdown" });
    expect(formatted.trimEnd().split("\n")).toHaveLength(3);
  });

  test("a list of them is as Prettier leaves it", async () => {
    const list = hostile
      .filter((text) => text.trim() !== "")
      .map((text) => `- ${markdownCode(`x${text}`)} ${markdownText(`x ${text}`)}: ${markdownCode(`GET ${text}`)}\n`)
      .join("");
    expect(await prettier.format(list, { parser: "markdown" })).toBe(list);
  });

  test("what is plain is as Prettier leaves it, as a heading and in a table", async () => {
    const word = fc.constantFrom(
      ..."ab1 .,:;'\"!?()/-+=%_*{}[]<>&#@~$^`".split(""),
      "  ",
      "- ",
      "1. ",
      "www.a.b",
      "http://a.b",
    );
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(text, text, async (first, second) => {
        const words = markdownText(first);
        const table = markdownTable(
          ["A", "b"],
          [
            [words, markdownCode(second)],
            ["", "x"],
          ],
        );
        if (words === "" || !isPlainMarkdown(words) || !isPlainMarkdown(table)) return;
        plain += 1;
        const document = `# ${words}: a title\n\n${table}\n`;
        expect(await prettier.format(document, { parser: "markdown" })).toBe(document);
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(50);
  });
});
