import fc from "fast-check";
import prettier from "prettier";
import { describe, expect, test } from "vitest";
import { htmlText, isPlainMarkdown, markdownCode, markdownTable, markdownText } from "../../../src/base/markdown.ts";
import { Encoded } from "../../../src/project/encoded.ts";
import { renderTemplate, TemplateError } from "../../../src/project/template.ts";

describe("renderTemplate", () => {
  test.each([
    ["words", "{{text a}}", { a: "Pet Store (v1.2)" }, true],
    ["what is escaped", "{{text a}}", { a: "Pets & more" }, false],
    ["characters of disputed width", "{{text a}}", { a: "ペット" }, false],
    ["a code span", "{{code a}}", { a: "GET /pets/{petId}?x=*" }, true],
    ["a code span with a backtick", "{{code a}}", { a: "a`b" }, false],
    ["a literal without quotes", "{{json a}}", { a: "../pets.yaml" }, true],
    ["a literal with quotes", "{{json a}}", { a: 'a"b' }, false],
    ["the comment for a list", "{{markdown a}}", { a: new Encoded("markdown", "<!-- tools -->") }, true],
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
    ["{{#each list}}{{name this}};{{/each}}", { list: ["a", "b"] }, "a;b;"],
    ["{{own a}}", { a: new Encoded("own", "{{b}}") }, "{{b}}"],
    ["{{markdown a}}", { a: new Encoded("markdown", "| *a* |") }, "| *a* |"],
    ["{{html a}}", { a: "<b> & *c*" }, "&lt;b&gt; &amp; *c*"],
    ["// {{comment a}}", { a: "*/ x\n@ts-ignore <b>" }, "// *\\/ x \\@ts-ignore <b>"],
    ["{{identifier a}}", { a: "ListPets" }, "ListPets"],
    ["{{json a}}", { a: { __x: [1, null, "\u2028"] } }, '{"__x":[1,null,"\\u2028"]}'],
    ["{{json a}}", { a: new Map([["__proto__", new Map([["b", 1]])]]) }, '{"__proto__":{"b":1}}'],
    ["{{a}} {{b}} {{list.length}}", { a: 1, b: true, list: [1] }, "1 true 1"],
    ["{{#each map}}{{code @key}}={{this}};{{/each}}", { map: new Map([["a", 1]]) }, "`a`=1;"],
    ["{{#each map}}{{@index}}{{#if @first}}f{{/if}}{{#if @last}}l{{/if}}{{/each}}", { map: { a: 1, b: 2 } }, "0f1l"],
    ["{{#each a as |b i|}}{{#each b as |c|}}{{c}}{{i}}{{@root.z}} {{/each}}{{/each}}", { a: [[5]], z: 7 }, "507 "],
    ["{{#each a}}{{#with b}}{{c}}{{../d}}{{../../z}}{{/with}}{{/each}}", { a: [{ b: { c: 1 }, d: 2 }], z: 3 }, "123"],
    ["{{#each a}}{{else}}none{{/each}}{{#with b}}x{{else}}y{{/with}}", { a: [], b: "" }, "noney"],
    ["{{#if a}}1{{else if b}}2{{else}}3{{/if}}{{#unless a}}4{{/unless}}", { a: "", b: [0] }, "24"],
    ["{{#if a}}x{{/if}}{{#if b}}y{{/if}}", { a: new Encoded("markdown", ""), b: new Map() }, ""],
    ['{{#if (is a "GET")}}x{{/if}}{{#if (is a b)}}y{{/if}}', { a: "GET", b: "PUT" }, "x"],
    ["{{#each a}}{{#if b}}x{{/if}}{{/each}}", { a: [{}] }, ""],
    ["a\n{{#if a}}\nb\n{{/if}}\n{{! c }}\nd\n", { a: true }, "a\nb\nd\n"],
  ])("%s", (template, context, want) => expect(renderTemplate(template, context).text).toBe(want));

  const rows = { tools: [{ listing: { name: "x", title: "<b>" } }], title: "*T*", table: new Encoded("markdown", "|") };
  test.each([
    ["a name that the context lacks", "{{gone}}", {}, /^1:3 There is no "gone"$/],
    ["nothing for a helper", "{{text gone}}", { a: 1 }, /^1:8 There is no "gone"\. There is: a$/],
    ["a slip of the pen", "\n  {{text titl}}", rows, /^2:10 There is no "titl"; did you mean "title"\? There is: /],
    [
      "a slip further down",
      "{{#each tools}}{{code listing.nam}}{{/each}}",
      rows,
      /"listing" has no "nam"; did you mean "name"\?/,
    ],
    ["a slip in a condition at the top", "{{#if titel}}{{/if}}", rows, /^1:7 There is no "titel"/],
    ["a slip on the way of a condition", "{{#each tools}}{{#if listin.name}}{{/if}}{{/each}}", rows, /no "listin"/],
    ["an object for a helper", "{{text a}}", { a: {} }, /The helper "text" needs text, not an object/],
    ["a helper that does not exist", "{{raw a}}", { a: "x" }, /There is no helper "raw"\. There is: text, code/],
    ["a helper with a slip", "{{texts a}}", { a: "x" }, /did you mean "text"\?/],
    [
      "a block that does not exist",
      "{{#iff a}}{{/iff}}",
      { a: "x" },
      /There is no helper "#iff"; did you mean "#if"\?/,
    ],
    ["a function of the context", "{{raw a}}", { raw: (text: string) => text, a: "x" }, /no helper "raw"/],
    ["a text without a helper", "{{title}}", rows, /^1:3 A text needs a helper for its place: \{\{text title\}\}, /],
    ["a text without a helper, in three braces", "{{{title}}}", rows, /A text needs a helper/],
    ["a text that is marked as plain", "{{&title}}", rows, /A text needs a helper/],
    ["an item without a helper", "{{#each a}}{{this}}{{/each}}", { a: ["x"] }, /\{\{text this\}\}/],
    ["a table without its helper", "{{table}}", rows, /Write \{\{markdown table\}\}/],
    ["a text that is to be Markdown", "{{markdown title}}", rows, /needs one of the generator's tables, not a string/],
    ["a text that is to be a block", "{{block title}}", rows, /needs one of the generator's tables, not a string/],
    ["data that looks like Markdown", "{{markdown a}}", { a: { kind: "markdown", text: "x" } }, /not an object/],
    ["a text as words of ours", "{{own title}}", rows, /needs words of the generator, not a string/],
    ["a name in capitals", "{{name a}}", { a: "Pet" }, /needs a name of a-z/],
    ["a name with a command", "{{name a}}", { a: "pet;reboot" }, /needs a name of a-z.*, not "pet;reboot"/],
    ["an identifier with a call", "{{identifier a}}", { a: "a()" }, /needs an identifier/],
    ["a variable with a line end", "{{environmentName a}}", { a: "A\nB" }, /environment variable/],
    ["something inherited", "{{text constructor}}", {}, /There is no "constructor"/],
    ["something inherited further down", "{{text a.__proto__.b}}", { a: {} }, /"a" has no "__proto__"/],
    ["a property of a text", "{{text a.length}}", { a: "x" }, /"a" has no "length"/],
    ["the inside of a table", "{{text table.text}}", rows, /"table" has no "text"/],
    ["a partial", "{{> other}}", {}, /Partials are not part/],
    ["a decorator", "{{* x}}", {}, /Decorators are not part/],
    ["a block that is not closed", "a\n{{#if title}}\nb", rows, /^3:1 A block or a tag is not closed/],
    ["a block that is closed by another", "{{#if title}}{{/each}}", rows, /if doesn't match each/],
    ["what is no Handlebars", "a\n{{#}}", rows, /^2:1 This is no Handlebars/],
    ["two values for a helper", "{{text title title}}", rows, /takes one value/],
    ["a named value for a helper", "{{text title width=3}}", rows, /not named ones/],
    ["a loop over a text", "{{#each title}}{{/each}}", rows, /"#each" needs a list or an object, not a string/],
    ["a context above the first", "{{text ../title}}", rows, /There is no/],
    ["another helper inside one", "{{text (code title)}}", rows, /only "\(is one other\)"/],
  ])("refuses %s", (_name, template, context, message) => {
    let thrown: unknown;
    try {
      renderTemplate(template, context);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TemplateError);
    const { line, column, message: said } = thrown as TemplateError;
    expect(`${line}:${column} ${said}`).toMatch(message);
  });
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
