import { Readable } from "node:stream";
import { run } from "../../src/cli/run.ts";

/** What a run prints, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with a line, in this process, without a terminal. */
export function command(...line: readonly string[]): Promise<Ran> {
  return commandIn({}, ...line);
}

/**
 * Runs the command in surroundings of its own.
 *
 * @param columns of the terminal that both outputs are; absent where they are none
 * @param typed by a person at the terminal that the input is, empty where they end it; absent where it is none
 */
export async function commandIn(
  {
    columns,
    env = {},
    typed,
  }: { readonly columns?: number; readonly env?: NodeJS.ProcessEnv; readonly typed?: string },
  ...line: readonly string[]
): Promise<Ran> {
  let out = "";
  let err = "";
  const terminal = columns === undefined ? { isTTY: false } : { isTTY: true, columns };
  const code = await run(line, {
    stdout: { ...terminal, write: (text: string) => (out += text) },
    stderr: { ...terminal, write: (text: string) => (err += text) },
    stdin: Object.assign(Readable.from(typed === undefined || typed === "" ? [] : [typed]), {
      isTTY: typed !== undefined,
    }),
    env,
    cwd: () => process.cwd(),
  });
  return { code, out, err };
}
