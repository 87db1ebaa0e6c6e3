/** What cases compile to besides the petstore's own files, and the runtime of all, as a formatter leaves it. */
import { join } from "node:path";
import { format } from "prettier";
import { beforeAll, expect, it } from "vitest";
import { checkLayout } from "./layout.ts";
import { base, cases, filesOf, readTree, repository } from "./sample.ts";

let known: ReadonlyMap<string, string>;
beforeAll(async () => {
  known = new Map((await filesOf(base)).map(({ path, text }) => [path, text]));
});

it.each(cases)("$name is laid out as Prettier with default options leaves it", async (sample) => {
  const files = (await filesOf(sample)).filter(({ path, text }) => known.get(path) !== text);
  expect(files.length).toBeGreaterThan(0);
  await checkLayout(files);
});

it("holds a runtime that is laid out as Prettier with default options leaves it", async () => {
  for (const [path, text] of readTree(join(repository, "templates/always/src")))
    if (path.endsWith(".ts")) expect(await format(text, { parser: "typescript" }), path).toBe(text);
});
