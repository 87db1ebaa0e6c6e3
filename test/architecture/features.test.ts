/** Which files of an emitted project belong to an optional part, and that nothing else rests on them. */
import { describe, expect, it } from "vitest";
import { features, featureOf } from "../../src/project/features/features.ts";
import { featureNames } from "../../src/project/features/names.ts";
import { allTemplates } from "../../src/project/template-files.ts";
import { packageOf, sourcesBelow } from "./sources.ts";

const sources = sourcesBelow("templates");
const emitted = (path: string): string => path.replace(/^templates\/(?:oauth\/)?(?:always|once)\//, "");
/** `oauth/once/` holds what only servers with that part have. */
const partOf = (path: string): string | undefined =>
  path.startsWith("templates/oauth/") ? "oauth" : featureOf(emitted(path));
const restsOn = (part: string | undefined): readonly (string | undefined)[] =>
  features.find(({ name }) => name === part)?.restsOn ?? [];

describe("the optional parts", () => {
  it("are all in the list, by name", () => {
    expect(features.map(({ name }) => name)).toEqual([...featureNames].sort());
  });

  it("have files that exist, each of them in one part only", () => {
    const paths = allTemplates().map(({ path }) => path);
    for (const { name, files } of features)
      for (const own of files)
        expect(
          paths.some((path) => path === own || (own.endsWith("/") && path.startsWith(own))),
          `${name}: ${own}`,
        ).toBe(true);
    for (const path of paths) {
      const owners = features.filter(({ files }) =>
        files.some((own) => path === own || (own.endsWith("/") && path.startsWith(own))),
      );
      expect(owners.length, path).toBeLessThanOrEqual(1);
    }
  });

  it("are known to no file of every server, nor to each other but where one rests on another, but to the lists in src/generated/", () => {
    const breaches = sources
      .filter(({ path }) => !["src/generated/parts.ts", "src/generated/index.ts"].includes(emitted(path)))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => packageOf(target) === undefined)
          .filter(({ target }) => ![undefined, partOf(path), ...restsOn(partOf(path))].includes(partOf(target)))
          .map(({ target }) => `${path} imports ${target}`),
      );
    expect(breaches).toEqual([]);
  });

  it("alone ask for their packages", () => {
    const owners = (item: string): readonly string[] =>
      features.filter(({ dependencies }) => dependencies.some(({ name }) => name === item)).map(({ name }) => name);
    const breaches = sources.flatMap(({ path, imports }) =>
      imports
        .map(({ target }) => packageOf(target) ?? "")
        .filter((name) => owners(name).length > 0)
        .filter((name) => ![partOf(path), ...restsOn(partOf(path))].some((part) => owners(name).includes(part ?? "")))
        .map((name) => `${path} imports ${name}`),
    );
    expect(breaches).toEqual([]);
  });
});
