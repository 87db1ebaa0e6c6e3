import { Readable } from "node:stream";
import { run } from "../../src/cli/run.ts";

/** Runs the command with a line, in this process: what it prints, and its exit code. */
export async function command(...line: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await run(line, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text), isTTY: false },
    stdin: Readable.from([]),
    env: {},
    cwd: () => process.cwd(),
  });
  return { code, out, err };
}
