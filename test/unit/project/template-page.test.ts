/** docs/templates.md says what a template may name, and nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generate } from "../../../src/generate.ts";
import { encodings } from "../../../src/project/encodings.ts";
import { allFeatures } from "../../../src/project/features/features.ts";
import { renderContext } from "../../../src/project/template-context.ts";
import { renderTemplate } from "../../../src/project/template.ts";
import { repository, sampleOf } from "../../golden/sample.ts";

const page = readFileSync(join(repository, "docs/templates.md"), "utf8");
const rows = (heading: string): readonly string[] =>
  (page.split(`### ${heading}\n`)[1] ?? "")
    .split(/\n#/)[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| `")) ?? [];
const words = (cell: string | undefined): readonly string[] =>
  [...(cell ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1] ?? "");

const { model } = await generate({ inputs: [sampleOf("petstore").document] });
const { context } = renderContext(
  model,
  { input: ["../a.yaml"], configuration: [], generatorVersion: "1.0.0" },
  allFeatures,
);

describe("the page about templates", () => {
  it("lists every name of the context, and no other", () => {
    const listed = rows("The context").flatMap((row) => words(row.split("|")[1]));
    expect([...listed].sort()).toEqual(Object.keys(context).sort());
  });

  it("lists every property of tools, their arguments, resources and prompts", () => {
    const properties = (name: string): readonly string[] =>
      words(
        rows("The context")
          .find((row) => row.startsWith(`| \`${name}\``))
          ?.split("|")[2],
      );
    const [tool] = context.tools;
    expect(properties("tools")).toEqual([...Object.keys(tool ?? {}), ...Object.keys(tool?.arguments[0] ?? {})]);
    expect(properties("resources")).toEqual(Object.keys(context.resources[0] ?? {}));
    expect(properties("prompts")).toEqual(Object.keys(context.prompts[0] ?? {}));
  });

  it("lists every helper, and no other", () => {
    expect(rows("Helpers").flatMap((row) => words(row.split("|")[1]))).toEqual([...encodings.keys()]);
  });

  it("shows a template that can be rendered", () => {
    const template = /```handlebars\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { text } = renderTemplate(template, context);
    expect(text).toContain("# Tools of Pet Store\n");
    expect(text).toContain("## `list_pets`\n\nList pets: `GET` `/pets`, changes nothing\n\n- `limit` (integer): ");
    expect(text).toContain(
      "## `health`\n\nIs the store open?: `GET` `/health`, changes nothing\n\nIt takes no arguments.",
    );
  });
});
