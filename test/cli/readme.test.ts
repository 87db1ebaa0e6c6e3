import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/config/commands.ts";
import { flags } from "../../src/config/options.ts";

const readme = readFileSync("README.md", "utf8");
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  name: string;
  scripts: Record<string, string>;
  bin: Record<string, string>;
  engines: { node: string };
};

describe("the README", () => {
  it("lists every flag of the table, and no other", () => {
    const listed = [...readme.matchAll(/^\| (?:`-\w`, )?`--([\w-]+)`/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(flags.map(({ name }) => name).sort());
  });

  it("names scripts that exist", () => {
    const scripts = [...readme.matchAll(/^npm (?:run )?([\w:]+)$/gm)].map((match) => match[1] ?? "");
    expect(scripts).toEqual(["demo", "test"]);
    for (const script of scripts) expect(manifest.scripts[script]).toBeDefined();
  });

  it("names the version of Node.js that package.json does", () =>
    expect(readme).toContain(`Node.js ${manifest.engines.node.replace(">=", "")}`));

  it("shows a tool as it is made", async () => {
    const { generate } = await import("../../src/index.ts");
    const { model } = await generate({ inputs: ["samples/petstore/openapi.yaml"] });
    const tool = model.apis[0]?.groups.flatMap(({ tools }) => tools).find(({ listing }) => listing.name === "get_pet");
    const shown = JSON.parse(/```json\n(\{[\s\S]*?\n\})\n```/.exec(readme)?.[1] ?? "null") as unknown;
    expect(tool?.listing).toMatchObject(shown as object);
  });

  it("shows the library as it is used", async () => {
    const library = await import("../../src/index.ts");
    const names = /import \{ ([\w, ]+) \} from "openapi-mcp-compiler"/.exec(readme)?.[1]?.split(", ") ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(library).toHaveProperty(name);
  });
});

describe("the package", () => {
  const pages = [
    ...["README.md", "ARCHITECTURE.md", ...readdirSync("docs").map((name) => `docs/${name}`)],
    ...readdirSync("templates", { recursive: true, encoding: "utf8" }).map((name) => `templates/${name}`),
    ...readdirSync("samples/petstore/expected", { recursive: true, encoding: "utf8" }).map(
      (name) => `samples/petstore/expected/${name}`,
    ),
  ].filter((path) => statSync(path).isFile());

  it("is fetched by name from no registry, as long as nobody owns its name there", () => {
    for (const page of pages)
      expect(readFileSync(page, "utf8"), page).not.toMatch(
        /\b(?:npx|npm (?:i|install|exec|add|x))\b[^\n`]*(?<![./\w-])openapi-(?:to-mcp|mcp-compiler)(?!-\d|\.)/,
      );
  });

  it("is named wherever one may look for the command", () => {
    const { name } = manifest;
    for (const page of ["README.md", "docs/ci.md", "samples/petstore/expected/README.md"])
      expect(readFileSync(page, "utf8"), page).toContain(`\`${name}\``);
    expect(readme).toContain("not published yet");
  });
});

describe("the built command", () => {
  it("tells its version and its help", () => {
    const command = (line: string[]): string =>
      execFileSync(process.execPath, [manifest.bin["openapi-to-mcp"] ?? "", ...line], { encoding: "utf8" });
    expect(command(["--version"]).trim()).toBe((manifest as unknown as { version: string }).version);
    for (const { name: taker } of commands) {
      const help = command([taker, "--help"]);
      for (const flag of flags.filter((candidate) => candidate.commands.includes(taker)))
        expect(help).toContain(`--${flag.name}`);
    }
    const main = command(["--help"]);
    for (const { usage } of commands) expect(main).toContain(usage);
  });
});
