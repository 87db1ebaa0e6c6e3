/** Reports of a difference: hostile text of a document stays text, on a terminal and in a pull request. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { compareSurfaces, type SurfaceDiff } from "../../../src/surface/diff.ts";
import { markdownReport } from "../../../src/surface/markdown-report.ts";
import { type Surface, surfaceOfModel } from "../../../src/surface/surface.ts";
import { textReport } from "../../../src/surface/text-report.ts";
import { serverOf } from "../document.ts";

const surface = (paths: JsonObject): Surface => surfaceOfModel(serverOf({ paths }).model);
const tool = (name: string, description: string, parameter = "a"): JsonObject => ({
  [`/${name}`]: {
    get: {
      operationId: name,
      summary: "S",
      description,
      parameters: [{ name: parameter, in: "query", schema: { type: "string" } }],
      responses: {},
    },
  },
});

/** Tools of a folder that someone else made: their names are no names of ours. */
function hostile(text: string): SurfaceDiff {
  const rename = (from: Surface, name: string): Surface => ({
    ...from,
    tools: from.tools.map((item) => ({
      ...item,
      name,
      ...(item.detail === undefined
        ? {}
        : { detail: { ...item.detail, listing: { ...item.detail.listing, name, description: name } } }),
    })),
    resources: [
      {
        uri: `x://${name}`,
        template: false,
        name,
        title: name,
        description: name,
        mimeType: name,
        tool: name,
        variables: [],
      },
    ],
    egress: [{ host: name, receives: [{ kind: "calls", api: text, group: text, environment: text, tools: 1 }] }],
  });
  const before = surface(tool("one", "One."));
  return compareSurfaces(rename(before, `old ${text}`), rename(surface(tool("one", "Two.", text)), `new ${text}`));
}

const payloads = [
  "@everyone",
  "octo/repo#12 #34 GH-56",
  "https://evil.example/x www.evil.example me@evil.example",
  "[click](https://evil.example) ![x](https://evil.example/p.png)",
  "<img src=x onerror=alert(1)><script>alert(1)</script></details>",
  "`code` ``more`` | cell | **bold** ~~gone~~ $x$ \\",
  "line\nbreak\r\n\n# Title\n- item",
  "\u001b[31mred\u0007\u009b2J\u202eevil\u2066x\u{e0041}",
];

describe("hostile text", () => {
  it.each(payloads)("%j is text on a terminal", (payload) => {
    const report = textReport(hostile(payload), true);
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066\u{e0041}]/u);
    expect(report.split("\n").length).toBe(
      textReport(hostile("plain words of several kinds"), true).split("\n").length,
    );
  });

  it.each(payloads)("%j is text in Markdown", (payload) => {
    const report = markdownReport(hostile(payload));
    // What stands in code spans is text whatever it is; the spans are as long as their fences say.
    const outside = report
      .replace("**major**", "")
      .replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "CODE")
      .replaceAll("&#8203;", "\u200b");
    expect(outside).not.toMatch(/@[a-z]|#\d|GH-\d|:\/\/|www\.|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary|del|ins)>)/);
    expect(outside.replaceAll("<details><summary>", "").match(/<(?:details|summary)>/g)).toBeNull();
    expect(outside.match(/<details>/g)?.length ?? 0).toBe(outside.match(/<\/details>/g)?.length ?? 0);
    expect(outside).not.toMatch(/(?<!\\)[[\]*~$]|(?<!\\)_/);
    for (const row of outside.split("\n").filter((line) => line.startsWith("| ")))
      expect(row.match(/(?<!\\)\|/g)?.length).toBe(4);
    expect(report.split("\n").length).toBe(markdownReport(hostile("plain words of several kinds")).split("\n").length);
  });
});

describe("a report", () => {
  const before = { ...tool("keep", "Reads it all, slowly."), ...tool("gone", "x") };
  const after = { ...tool("keep", "Reads it all, quickly."), ...tool("fresh", "y") };
  const diff = compareSurfaces(surface(before), surface(after));

  it("is text", () =>
    expect(textReport(diff, false).split("\n").slice(0, 7)).toEqual([
      "1 tool removed (gone), 1 tool added, 1 description changed: major",
      "",
      "major  gone is no tool any more. Calls of it fail.",
      "minor  fresh is a new tool. What could be called before still can.",
      "patch  keep has another description. Only the wording differs; models may choose otherwise by it.",
      "       … Reads it all, [-slowly.-] {+quickly.+}",
      "",
    ]));

  it("is Markdown", () => {
    const report = markdownReport(diff);
    expect(report).toContain("**major**: something that worked before may fail");
    expect(report).toContain(
      "### Major (1)\n\n| What | Difference | Why |\n| --- | --- | --- |\n| `gone` | is no tool any more | Calls of it fail |\n",
    );
    expect(report).toContain("- `keep` `description`: … Reads it all, <del>slowly.</del> <ins>quickly.</ins>");
  });

  it("has room on GitHub, however much differs", () => {
    const many = (prefix: string): JsonObject =>
      Object.assign(
        {},
        ...Array.from({ length: 900 }, (_, index) => tool(`${prefix}${index}`, `${prefix} `.repeat(200))),
      ) as JsonObject;
    const report = markdownReport(compareSurfaces(surface(many("a")), surface(many("b"))));
    expect(report.length).toBeLessThan(65_536);
    expect(report).toMatch(/… and \d+ more: `openapi-to-mcp diff --format json` lists all\./);
    expect(report.match(/<details>/g)?.length).toBe(report.match(/<\/details>/g)?.length);
  });
});
