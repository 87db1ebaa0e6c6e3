/**
 * Breaks each encoder of the generator by itself, in a copy, so that it leaves its text as it is, and prints whether a
 * test notices. An encoder is a row of the table in src/project/encodings.ts, or an exported function that makes text
 * fit for one place (below). Exit code 1 where fewer than 95 in a hundred are noticed.
 *
 * node bench/encoders.mjs [word in the name of an encoder]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Files whose exported functions from text to text are encoders, but for those that only measure or lay out. */
const files = ["src/base/markdown.ts", "src/base/visible.ts", "src/project/json.ts", "src/project/comment.ts"];
const table = "src/project/encodings.ts";
const suites = [
  ["short", "test/unit/project", "test/unit/base"],
  ["short", "test/cli/templates.test.ts", "test/golden"],
  ["long", "test/hostile/injection.test.ts"],
  ["short", "test/cli/cli.test.ts"],
];

function encoders() {
  const found = [];
  const rows = readFileSync(join(root, table), "utf8");
  // A row ends at the next row; what it encodes with ends at `isExact`.
  for (const row of rows.matchAll(/\[\s*"(\w+)",\s*\{\s*place:[\s\S]*?encode: (\(value\) =>[\s\S]*?),\s*isExact/g)) {
    const [whole, name, encode] = row;
    found.push({
      name: `{{${name}}}`,
      file: table,
      broken: rows.replace(
        whole,
        whole.replace(encode, "(value) => String(value instanceof Encoded ? value.text : value)"),
      ),
    });
  }
  for (const file of files) {
    const source = readFileSync(join(root, file), "utf8");
    const signature =
      /export function (\w+)\((\w+): (?:string|unknown|object \| string)(?:, \w+ = \w+)?\): (string|readonly string\[\]) \{\n/g;
    for (const [head, name, given, result] of source.matchAll(signature)) {
      const same =
        result === "string"
          ? `typeof ${given} === "string" ? ${given} : JSON.stringify(${given}, null, 2)`
          : `[${given}]`;
      found.push({ name, file, broken: source.replace(head, `${head}  if (Date.now() > 0) return ${same};\n`) });
    }
  }
  return found;
}

const copy = mkdtempSync(join(tmpdir(), "encoders-"));
try {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of tracked) cpSync(join(root, file), join(copy, file));
  cpSync(join(root, "dist"), join(copy, "dist"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const chosen = encoders().filter(({ name }) => name.includes(process.argv[2] ?? ""));
  const first = run();
  if (first !== undefined) throw new Error(`The tests fail without a change: ${first}`);
  let killed = 0;
  for (const { name, file, broken } of chosen) {
    const whole = readFileSync(join(copy, file), "utf8");
    writeFileSync(join(copy, file), broken);
    const by = run();
    writeFileSync(join(copy, file), whole);
    if (by !== undefined) killed += 1;
    console.log(
      `${by === undefined ? "SURVIVED" : "killed  "}  ${name.padEnd(20)} ${file}${by === undefined ? "" : `  by ${by}`}`,
    );
  }
  console.log(`${killed} of ${chosen.length} killed`);
  if (killed < chosen.length * 0.95) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** The first test that fails, if any. A file that no longer loads proves nothing, and stops the run. */
function run() {
  for (const [project, ...paths] of suites) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--bail", "1", "--project", project, ...paths],
      { cwd: copy, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
    );
    if (status === 0) continue;
    const test = /^ FAIL +(?:\|?\w+\|? +)?(.+ > .+)$/m.exec(stdout + stderr)?.[1];
    if (test === undefined) throw new Error(`No test failed, but the run did:\n${(stdout + stderr).slice(-2_000)}`);
    return test;
  }
  return undefined;
}
