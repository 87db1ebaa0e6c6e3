/** Journals, locks and links that come with a repository and may be anyone's: no file of the owner is lost by them. */
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { recover, writeProject } from "../../../src/disk/write.ts";
import { sha256 } from "../../../src/base/hash.ts";
import { lockPath } from "../../../src/lock/lock.ts";
import { contents, former, put, remove, temporaryFolder, textsOf } from "./project.ts";

const owners: readonly (readonly [string, string])[] = [
  ["src/custom.ts", "the owner's custom\n"],
  ["src/lib/deep/mine.ts", "the owner's mine\n"],
  ["README.md", "the owner's readme\n"],
  ["package.json", '{"name": "the owner\'s"}\n'],
  [".env", "TOKEN=the owner's\n"],
];
let parent = "";
let folder = "";
let outside = "";

beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, "out");
  outside = join(parent, "outside");
  put(folder, [...textsOf(former), ...owners]);
  put(outside, [
    ["0", "outside\n"],
    ["precious", "precious\n"],
  ]);
});
afterEach(() => remove(parent));

const staging = (path: string): string => join(folder, ".openapi-to-mcp", path);
const putJournal = (steps: unknown, name = "journal.json", more: object = {}): void =>
  put(folder, [[`.openapi-to-mcp/${name}`, JSON.stringify({ steps, folders: [], emptied: [], ...more })]]);

/** What a run says, after which all of the owner's files are as they were. */
async function run(files = former): Promise<string> {
  const outcome = await writeProject(files, folder, { force: false }).then(
    () => "written",
    (error: unknown) => (error instanceof CompileError ? (error.diagnostics[0]?.code ?? "") : String(error)),
  );
  for (const [path, text] of owners) expect(readFileSync(join(folder, path), "utf8")).toBe(text);
  expect([...contents(outside)]).toEqual([
    ["0", "outside\n"],
    ["precious", "precious\n"],
  ]);
  return outcome;
}

describe.each(["journal.json", "undo.json"])("a forged %s", (name) => {
  const shapes: readonly (readonly [shape: string, prepare: (path: string) => void])[] = [
    ["a step that removes", (path) => putJournal([{ kind: "remove", path }], name)],
    [
      "a step that replaces",
      (path) => {
        putJournal([{ kind: "replace", path }], name);
        put(folder, [[".openapi-to-mcp/new/0", "evil\n"]]);
      },
    ],
    [
      "a step that has replaced",
      (path) => {
        putJournal([{ kind: "replace", path }], name);
        put(folder, [[".openapi-to-mcp/old/0", "evil\n"]]);
      },
    ],
    ["a step that has added", (path) => putJournal([{ kind: "add", path }], name)],
    [
      "a step that adds",
      (path) => {
        putJournal([{ kind: "add", path }], name);
        put(folder, [[".openapi-to-mcp/new/0", "evil\n"]]);
      },
    ],
    ["folders of the owner", (path) => putJournal([], name, { folders: [path], emptied: [path, "src", "src/lib"] })],
    [
      "many steps over one file",
      (path) => {
        const kinds = ["remove", "add", "replace", "remove"];
        putJournal(
          kinds.map((kind) => ({ kind, path })),
          name,
        );
        put(
          folder,
          kinds.flatMap((_, index) => [
            [`.openapi-to-mcp/new/${index}`, "evil\n"] as const,
            [`.openapi-to-mcp/old/${index}`, "evil\n"] as const,
          ]),
        );
      },
    ],
  ];
  test.each(shapes.flatMap(([shape, prepare]) => owners.map(([path]) => [shape, path, prepare] as const)))(
    "with %s, for %s",
    async (_shape, path, prepare) => {
      prepare(path);
      expect(["written", "unsafe-path"]).toContain(await run());
    },
  );
});

describe("a link", () => {
  test.each<[name: string, prepare: () => void]>([
    ["in place of the new files", () => symlinkSync(outside, staging("new"))],
    ["in place of the former files", () => symlinkSync(outside, staging("old"))],
    [
      "in place of a new file",
      () => {
        mkdirSync(staging("new"));
        symlinkSync(join(outside, "0"), staging("new/0"));
      },
    ],
    [
      "in place of a former file",
      () => {
        mkdirSync(staging("old"));
        symlinkSync(join(outside, "0"), staging("old/0"));
      },
    ],
    [
      "in place of a folder of the project",
      () => {
        remove(join(folder, "src/generated"));
        symlinkSync(outside, join(folder, "src/generated"));
      },
    ],
  ])("%s is refused, and nothing is changed", async (_name, prepare) => {
    for (const name of ["journal.json", "undo.json"]) {
      remove(staging(""));
      remove(join(folder, "src/generated"));
      put(
        folder,
        textsOf(former).filter(([path]) => path.startsWith("src/generated/")),
      );
      const steps = [
        { kind: "replace", path: "src/generated/0" },
        { kind: "add", path: "src/generated/x/precious" },
      ];
      putJournal(steps, name, { folders: ["src/generated/x"], emptied: ["src/generated/x"] });
      prepare();
      const before = contents(join(folder, "src"));
      const fault: unknown = await recover(folder).catch((error: unknown) => error);
      expect(fault instanceof CompileError ? fault.diagnostics[0]?.code : fault).toBe("unsafe-path");
      expect(contents(join(folder, "src"))).toEqual(before);
      expect(await run()).toBe("unsafe-path");
    }
  });

  test("in place of a journal or a signature is refused", async () => {
    for (const name of ["journal.json", "undo.json", "journal.tmp", "run-1"]) {
      remove(staging(""));
      mkdirSync(staging(""), { recursive: true });
      symlinkSync(join(outside, "precious"), staging(name));
      expect(["unsafe-path", "write-failed", "written"]).toContain(await run());
      if (existsSync(staging(name))) expect(lstatSync(staging(name)).isSymbolicLink()).toBe(true);
    }
  });
});

test.each(["notes.txt", "new/notes.txt", "old/0/deep.txt", "thesis/chapter.txt"])(
  "a file of the owner's in the staging folder stays: %s",
  async (path) => {
    put(folder, [[`.openapi-to-mcp/${path}`, "the owner's\n"]]);
    expect(await run()).toBe("unsafe-path");
    expect(readFileSync(staging(path), "utf8")).toBe("the owner's\n");
  },
);

test("a file of the owner's where a new project is prepared stays", async () => {
  put(parent, [[".new.openapi-to-mcp/notes.txt", "the owner's\n"]]);
  await expect(writeProject(former, join(parent, "new"), { force: false })).rejects.toMatchObject({
    diagnostics: [{ code: "unsafe-path" }],
  });
  expect(readFileSync(join(parent, ".new.openapi-to-mcp/notes.txt"), "utf8")).toBe("the owner's\n");
});

test("a forged lock that names the owner's files with their hashes removes and replaces none", async () => {
  const lock = JSON.parse(readFileSync(join(folder, lockPath), "utf8")) as {
    files: object[];
    userFiles: string[];
    written?: object[];
  };
  const named = owners.map(([path, text]) => ({ path, sha256: sha256(text) }));
  lock.files.push(...named);
  lock.written = named;
  put(folder, [[lockPath, JSON.stringify(lock)]]);
  expect(await run()).toBe("written");
});
