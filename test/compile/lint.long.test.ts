/** What the linter that most owners run says of an emitted project: nothing. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { installed } from "../conformance/packages.ts";
import { base, filesOf, sampleOf, writeTree } from "../golden/sample.ts";

const packages = ["@eslint/js@9.39.5", "typescript-eslint@8.74.0", "typescript@5.9.3"];
const configuration = `
import eslint from "@eslint/js";
import typescript from "typescript-eslint";
export default typescript.config(eslint.configs.recommended, ...typescript.configs.recommended);
`;

/** Programs with and without each optional part, and with templates of a house. */
const programs = [
  base,
  ...[
    "access/as-the-caller",
    "access/metrics",
    "access/sign-in",
    "documents/several-files",
    "swagger-2.0/form-data",
    "templates/of-a-house",
  ].map(sampleOf),
];

it.each(programs)("ESLint's recommended rules find nothing in $name", async (sample) => {
  // Beside the linter, which looks for its plugins from where the files lie.
  const home = dirname(dirname(installed("eslint", "9.39.5", packages)));
  const folder = join(home, sample.name.replace("/", "-"));
  const tree = writeTree(await filesOf(sample));
  try {
    cpSync(tree, folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
    writeFileSync(join(folder, "eslint.config.mjs"), configuration);
    const program = join(home, "node_modules/eslint/bin/eslint.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "."], { cwd: folder, encoding: "utf8" });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
    // It does look at them: a fault is found.
    writeFileSync(join(folder, "src/main.ts"), "let anything: any = 1;\n");
    expect(() => execFileSync(process.execPath, [program, "src"], { cwd: folder, stdio: "pipe" })).toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(tree, { recursive: true });
  }
});
