/**
 * Each broken document through the command, as a user meets it: what it is told and where, the exit code, and that
 * nothing is written where no server can be made.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isArray, own, ownString } from "../../src/base/json.ts";
import { corpus, invalidDocuments, leftOut } from "./documents.ts";

const command = new URL("../../dist/main.js", import.meta.url).pathname;

interface Want {
  /** Tools of the server, or `none` where there can be no server. */
  readonly tools: number | "none";
  /** What has to be told, as `line code`, or `pointer code` for a mere note; other findings may stand beside it. */
  readonly found: readonly string[];
}

const wanted: Readonly<Record<string, Want>> = {
  "asyncapi.json": { tools: "none", found: ["1 not-openapi"] },
  "dangling-ref-2.0.json": { tools: 20, found: ["94 missing-reference"] },
  "dangling-refs.yaml": { tools: 5, found: ["38 missing-reference", "90 refused-reference", "294 missing-reference"] },
  "duplicate-keys.json": { tools: "none", found: ["1 no-operations", "6 duplicate-key"] },
  "duplicate-operation-ids.yaml": { tools: 2, found: ["14 duplicate-operation-id"] },
  "duplicate-path-placeholders.yaml": { tools: 1, found: ["7 invalid-document"] },
  "empty.yaml": { tools: "none", found: ["- not-openapi"] },
  "fragment-no-openapi-key.json": { tools: "none", found: ["1 not-openapi"] },
  "infinite-recursion-2.0.yaml": { tools: 1, found: ["/paths/~1baseModels/post narrowed-schema"] },
  "invalid-param-location.yaml": { tools: 1, found: ["14 invalid-document"] },
  "newer-version.yaml": { tools: 1, found: ["1 invalid-document"] },
  "no-paths-or-webhooks.yaml": { tools: "none", found: ["1 no-operations"] },
  "old-version.yaml": { tools: "none", found: ["1 unsupported-version"] },
  "path-param-no-placeholder.yaml": { tools: 2, found: ["36 unused-path-parameter"] },
  "path-placeholder-no-param.yaml": {
    tools: 2,
    found: ["17 undeclared-path-parameter", "30 undeclared-path-parameter"],
  },
  "petstore-many-errors.yaml": {
    tools: 3,
    found: ["6 missing-reference", "39 invalid-parameter", "46 unused-path-parameter"],
  },
  "plain-object.yaml": { tools: "none", found: ["1 not-openapi"] },
  "syntax-bad-json.json": { tools: "none", found: ["2 invalid-syntax"] },
  "syntax-go-template.yml": { tools: "none", found: ["34 invalid-syntax"] },
  "syntax-trailing-comma.json": { tools: "none", found: ["29 invalid-syntax"] },
};

if (corpus === undefined) {
  console.warn(leftOut);
  test.skip(leftOut, () => {});
} else {
  const folder = mkdtempSync(join(tmpdir(), "invalid-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe("a broken document", () => {
    test.each(invalidDocuments())("$file", async ({ file, path }) => {
      const want = wanted[file.replace("invalid/", "")];
      if (want === undefined) throw new Error(`No expectation for ${file}`);
      const output = join(folder, file.replace(/\W+/g, "-"));
      const { code, stdout, stderr } = await run([path, "-o", output, "--json"]);
      expect(stderr).not.toMatch(/\n\s+at \S+ \(|node:internal|\[object/);
      const result: unknown = JSON.parse(stdout);
      expect(findingsOf(result, path)).toEqual(expect.arrayContaining([...want.found]));
      if (want.tools === "none") {
        expect(code).toBe(1);
        expect(existsSync(output)).toBe(false);
      } else {
        expect(code).toBe(0);
        expect(own(result, "tools")).toBe(want.tools);
        expect(readdirSync(output)).toContain("package.json");
      }
    });

    test("is told of in words, with its place, when a person reads", async () => {
      const [document] = invalidDocuments().filter(({ file }) => file.endsWith("syntax-trailing-comma.json"));
      const { code, stdout, stderr } = await run([document?.path ?? "", "-o", join(folder, "words")]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        /^error Expected a value, found "\]" \[invalid-syntax\]\n {2}at .*syntax-trailing-comma\.json:29\n/,
      );
      expect(readdirSync(folder)).not.toContain("words");
    });

    test("has an expectation, every one", () => {
      expect(
        invalidDocuments()
          .map(({ file }) => file.replace("invalid/", ""))
          .sort(),
      ).toEqual(Object.keys(wanted).sort());
    });
  });
}

/** `line code` of every diagnostic, or `pointer code`; each has words, help and the document's own path. */
function findingsOf(result: unknown, path: string): readonly string[] {
  const diagnostics = own(result, "diagnostics");
  if (!isArray(diagnostics)) throw new Error(`No diagnostics in ${JSON.stringify(result)}`);
  return diagnostics.map((diagnostic) => {
    for (const key of ["message", "help"]) expect(ownString(diagnostic, key)).toMatch(/^.{10,500}$/);
    expect(ownString(diagnostic, "file")).toBe(path);
    return `${own(diagnostic, "line") ?? (ownString(diagnostic, "pointer") || "-")} ${ownString(diagnostic, "code")}`;
  });
}

function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...args],
      { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
      (fault, stdout, stderr) => resolve({ code: fault === null ? 0 : Number(fault.code ?? -1), stdout, stderr }),
    );
  });
}
