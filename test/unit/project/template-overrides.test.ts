/** Templates of the user's: what they may replace, what they are told, and what is refused. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CompileError, type Diagnostic } from "../../../src/base/diagnostics.ts";
import { generate, type Generated } from "../../../src/generate.ts";
import { featuresOf } from "../../../src/project/features/features.ts";
import { allTemplates, loadTemplates } from "../../../src/project/template-files.ts";
import { parseLock } from "../../../src/lock/parse.ts";
import { sampleOf } from "../../golden/sample.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "templates-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const petstore = sampleOf("petstore").document;
const compile = (lock?: string, document = petstore): Promise<Generated> =>
  generate({
    inputs: [document],
    recorded: { input: ["../openapi.yaml"] },
    templates: folder,
    lock: lock === undefined ? undefined : parseLock(lock),
  });
const textOf = ({ files }: Generated, path: string): string | undefined =>
  files.find((file) => file.path === path)?.text;
const ownerOf = ({ files }: Generated, path: string): string | undefined =>
  files.find((file) => file.path === path)?.owner;
const lockOf = (generated: Generated): string => textOf(generated, "openapi-to-mcp.lock.json") ?? "";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const ours = (source: string): string => allTemplates().find((file) => file.source === source)?.text ?? "";

async function refused(promise: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CompileError);
  return (error as CompileError).diagnostics.map(shown);
}

function shown({ code, file, line, message }: Diagnostic): string {
  return `${code} ${file.replace(folder, "DIR")}${line === undefined ? "" : `:${line}`} ${message}`;
}

describe("templates of the user's", () => {
  it("replace by path and add, their owner being that of their folder", async () => {
    put({
      "once/README.md.hbs": "# {{text title}} at Example\n",
      "once/src/main.ts": "console.error(1);\n",
      "always/src/house/tools.ts.hbs": "export const tools = [{{#each tools}}{{json name}}, {{/each}}];\n",
      "always/docs/tools.md.hbs": "{{#each tools}}\n* {{code name}}\n{{/each}}\n",
      "once/_npmrc": "save-exact=true\n",
      "once/.editorconfig": "root = true\r\n",
    });
    const made = await compile();
    expect(textOf(made, "README.md")).toBe("# Pet Store at Example\n");
    expect(textOf(made, "src/main.ts")).toBe("console.error(1);\n");
    expect(textOf(made, "src/house/tools.ts")).toMatch(/^export const tools = \[\n {2}"list_pets",\n/);
    expect(textOf(made, "docs/tools.md")).toMatch(/^- `list_pets`\n- `create_pet`\n/);
    expect(textOf(made, ".npmrc")).toBe("save-exact=true\n");
    expect(textOf(made, ".editorconfig")).toBe("root = true\n");
    expect(ownerOf(made, "README.md")).toBe("user");
    expect(ownerOf(made, "docs/tools.md")).toBe("generator");
    expect(made.diagnostics.filter(({ code }) => code.endsWith("template"))).toEqual([]);
    const lock = parseLock(lockOf(made));
    expect(lock?.files.map(({ path }) => path)).toContain("docs/tools.md");
    expect(lock?.templates).toEqual([
      { path: "always/docs/tools.md.hbs", user: expect.any(String) as string },
      { path: "always/src/house/tools.ts.hbs", user: expect.any(String) as string },
      { path: "once/.editorconfig", user: "5a1a948fb3fd8d68bee00abb4d6d05b6437033cf330d0b1b90f62c79622b41e6" },
      {
        path: "once/README.md.hbs",
        user: "cc4f4a3ca7287f8283e1832f7c293eafbeaffa0a16209e7904266675d59d8bf3",
        base: sha256(ours("once/README.md.hbs")),
      },
      { path: "once/_npmrc", user: "be85cc462e740587626bbcbb1c3ed1c40b26e62ec072e8cbd2768f23915c28e6" },
      {
        path: "once/src/main.ts",
        user: "8019c4d0556122108a4a7aed02a02a74601ede728e1bdc7c9b462611fb3ff960",
        base: sha256(ours("once/src/main.ts")),
      },
    ]);
  });

  it("may be plain where ours is a template, the reverse, and of another owner", async () => {
    put({
      "always/README.md": "# Plain *{{title}}*\n",
      "once/Dockerfile.hbs": "FROM {{name packageName}}\n",
      "once/package.json.hbs": '{ "name": {{json packageName}}, "dependencies": {{json package.dependencies}} }\n',
    });
    const made = await compile();
    expect(textOf(made, "README.md")).toBe("# Plain *{{title}}*\n");
    expect(ownerOf(made, "README.md")).toBe("generator");
    expect(textOf(made, "Dockerfile")).toBe("FROM pet-store-mcp\n");
    expect(JSON.parse(textOf(made, "package.json") ?? "")).toMatchObject({ dependencies: { undici: "7.30.2" } });
    expect(made.files.map(({ path }) => path)).toEqual([...new Set(made.files.map(({ path }) => path))]);
  });

  it("change nothing where they are copies of ours", async () => {
    const plain = await generate({ inputs: [petstore], recordedInputs: ["../openapi.yaml"] });
    for (const { source, text } of allTemplates()) put({ [source]: text });
    const made = await compile();
    const others = ({ files }: Generated): object => files.filter(({ path }) => path !== "openapi-to-mcp.lock.json");
    expect(others(made)).toEqual(others(plain));
    expect(parseLock(lockOf(made))?.templates).toHaveLength(loadTemplates(featuresOf(made.model)).length);
  });

  it("replace ours of OAuth too, and lie below oauth/ over their own", async () => {
    put({ "once/src/auth.ts": "// all\n" });
    expect(textOf(await compile(), "src/auth.ts")).toBe("// all\n");
    put({ "oauth/once/src/auth.ts": "// tokens\n" });
    expect(textOf(await compile(), "src/auth.ts")).toBe("// tokens\n");
    expect(textOf(await compile(undefined, sampleOf("documents/several-files").document), "src/auth.ts")).toBe(
      "// all\n",
    );
  });
});

describe("templates that are refused", () => {
  it.each<[string, Readonly<Record<string, string | Uint8Array>>, readonly string[]]>([
    [
      "for what they say, all of them",
      { "once/README.md.hbs": "# {{text titl}}\n", "always/x.txt.hbs": "a\n\n  {{title}}" },
      [
        'invalid-template DIR/once/README.md.hbs:1 There is no "titl"; did you mean "title"? There is: title, name, packageName, resourceName, input, generatorVersion, placeholder, runtimePackage, oauth, features, toolCount, resourceCount, tools, resources, prompts, toolTable, resourceTable, toolsetTable, workflowTable, credentialTable, baseUrlTable, argumentTable, apiSettingTable, settingTable, dependencyTable, clientConfiguration, apiVariables, apiSettingVariables, clientVariables, commonVariables, … (column 10)',
        "invalid-template DIR/always/x.txt.hbs:3 A text needs a helper for its place: {{text title}}, {{code title}}, {{html title}}, {{json title}}, {{comment title}}, {{name title}} (column 5)",
      ],
    ],
    [
      "for what they become",
      { "once/x.ts.hbs": "const {{name name}} = ;\n" },
      ["invalid-template DIR/once/x.ts.hbs What it becomes cannot be laid out: "],
    ],
    [
      "in the place of data",
      {
        "always/src/generated/apis.json": "{}",
        "once/openapi-to-mcp.lock.json": "{}",
        "always/src/generated/PET_STORE/api.json.hbs": "",
      },
      [
        'invalid-template DIR/once/openapi-to-mcp.lock.json "openapi-to-mcp.lock.json" is made from the document and cannot be a template',
        'invalid-template DIR/always/src/generated/PET_STORE/api.json.hbs "src/generated/PET_STORE/api.json" is made from the document and cannot be a template',
        'invalid-template DIR/always/src/generated/apis.json "src/generated/apis.json" is made from the document and cannot be a template',
      ],
    ],
    [
      "where they would have no effect",
      { "src/main.ts": "", "onces/main.ts": "", "README.md": "", ".gitignore": "", "oauth/src/auth.ts": "" },
      [
        'invalid-template DIR/onces "onces" has no effect: templates lie in always, once, oauth; did you mean "once"?',
        'invalid-template DIR/src "src" has no effect: templates lie in always, once, oauth',
        'invalid-template DIR/oauth/src "oauth/src" has no effect: templates lie in always, once',
      ],
    ],
    [
      "where they are no text",
      { "once/logo.png": Uint8Array.of(0x89, 0x50, 0xff), "once/zero.txt": "a\0b" },
      [
        'invalid-template DIR/once/logo.png "once/logo.png" is no text in UTF-8: only such files can be emitted',
        'invalid-template DIR/once/zero.txt "once/zero.txt" is no text in UTF-8: only such files can be emitted',
      ],
    ],
    [
      "where they are too large",
      { "once/large.txt": "x".repeat(1024 * 1024 + 1) },
      ['invalid-template DIR/once/large.txt "once/large.txt" is larger than 1 MiB'],
    ],
  ])("%s", async (_name, files, want) => {
    put(files);
    const found = await refused(compile());
    expect(found).toHaveLength(want.length);
    for (const [index, message] of want.entries()) expect(found[index]?.startsWith(message), found[index]).toBe(true);
  });

  it("where they are links, in a linked folder, or beside one", async () => {
    put({ "once/a.txt": "a" });
    symlinkSync(join(folder, "once/a.txt"), join(folder, "once/b.txt"));
    symlinkSync(join(folder, "once"), join(folder, "once/folder"));
    symlinkSync(tmpdir(), join(folder, "always"));
    symlinkSync("/dev/zero", join(folder, "once/zero"));
    expect(await refused(compile())).toEqual([
      'invalid-template DIR/always "always" is a symbolic link or no folder',
      'invalid-template DIR/once/b.txt "once/b.txt" is a symbolic link or no file',
      'invalid-template DIR/once/folder "once/folder" is a symbolic link or no file',
      'invalid-template DIR/once/zero "once/zero" is a symbolic link or no file',
    ]);
  });

  it("where there are none", async () => {
    const missing = generate({ inputs: [petstore], templates: join(folder, "gone") });
    expect(await refused(missing)).toEqual([
      'invalid-template DIR/gone There is no folder of templates at "' + folder + '/gone"',
    ]);
  });
});

describe("a template of ours that changed since", () => {
  const theirs = "# {{text title}}, ours\n";
  const changed = ({ diagnostics }: Generated): readonly string[] =>
    diagnostics.filter(({ code }) => code === "changed-template").map(shown);

  it("is told by the lock until the user's own is changed", async () => {
    put({ "once/README.md.hbs": theirs });
    const first = await compile();
    expect(changed(await compile(lockOf(first)))).toEqual([]);
    const older = lockOf(first).replace(sha256(ours("once/README.md.hbs")), "0".repeat(64));
    expect(older).not.toBe(lockOf(first));
    const second = await compile(older);
    const message =
      'changed-template DIR/once/README.md.hbs The generator\'s own template "once/README.md.hbs" changed since yours was made of it';
    expect(changed(second)).toEqual([message]);
    expect(lockOf(second)).toBe(older);
    expect(changed(await compile(lockOf(second)))).toEqual([message]);
    put({ "once/README.md.hbs": `${theirs}\nMerged.\n` });
    const third = await compile(lockOf(second));
    expect(changed(third)).toEqual([]);
    expect(parseLock(lockOf(third))?.templates?.[0]?.base).toBe(sha256(ours("once/README.md.hbs")));
  });

  it("is told with the difference where the original was kept", async () => {
    const now = ours("once/README.md.hbs");
    put({ "once/README.md.hbs": theirs, ".base/once/README.md.hbs": now.replace("## Run it", "## How to run it") });
    const made = await compile();
    expect(changed(made)).toEqual([
      [
        'changed-template DIR/once/README.md.hbs The generator\'s own template "once/README.md.hbs" changed since yours was made of it',
        "    @@ -3 +3 @@",
        `     ${now.split("\n")[2]?.slice(0, 199) ?? ""}…`,
        "     ",
        "    -## How to run it",
        "    +## Run it",
        "     ",
        "     ```sh",
      ].join("\n"),
    ]);
    put({ ".base/once/README.md.hbs": now });
    expect(changed(await compile(lockOf(made)))).toEqual([]);
  });

  it("is told where it is gone", async () => {
    put({ "once/OLD.md": "mine\n", ".base/once/OLD.md": "old\n" });
    expect(changed(await compile())).toEqual([
      'changed-template DIR/once/OLD.md The generator has no template "once/OLD.md" any more',
    ]);
  });
});
