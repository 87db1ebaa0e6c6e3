/** A Dockerfile as data, and what its steps make of a folder: for machines that have no Docker. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** What stands behind it, continued lines joined by a space. */
  readonly rest: string;
}

export interface Stage {
  readonly base: string;
  readonly name?: string;
  readonly instructions: readonly Instruction[];
}

/** Its stages; what comes before the first `FROM` is read for `ARG`s only. */
export function stagesOf(text: string): readonly Stage[] {
  const lines = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n\s*/g, " ");
  const all = lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): Instruction => {
      const [, name = "", rest = ""] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name: name.toUpperCase(), rest };
    });
  const defaults = new Map(
    all
      .slice(
        0,
        all.findIndex(({ name }) => name === "FROM"),
      )
      .map(({ rest }) => rest.split("=", 2) as [string, string]),
  );
  const stages: { base: string; name?: string; instructions: Instruction[] }[] = [];
  for (const instruction of all) {
    if (instruction.name === "FROM") {
      const [base = "", , name] = instruction.rest.split(/\s+/);
      const named = base.replace(/\$\{(\w+)\}/g, (_whole, key: string) => defaults.get(key) ?? "");
      stages.push({ base: named, instructions: [], ...(name === undefined ? {} : { name }) });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** The value of the last instruction of a name, in the form of a list of words. */
export function wordsOf({ instructions }: Stage, name: string): readonly string[] {
  const rest = instructions.findLast((one) => one.name === name)?.rest ?? "[]";
  return JSON.parse(rest.slice(rest.indexOf("["))) as string[];
}

/**
 * Runs the steps of every stage below `root`, each stage in a folder of its own.
 *
 * @param npmrc what is mounted as the secret of that name while a step runs
 * @returns the last stage's working folder
 */
export async function runStages(
  stages: readonly Stage[],
  context: string,
  root: string,
  npmrc?: string,
): Promise<string> {
  let work = root;
  for (const [index, stage] of stages.entries()) {
    const folder = join(root, stage.name ?? String(index));
    work = folder;
    for (const { name, rest } of stage.instructions) {
      if (name === "WORKDIR") mkdirSync((work = join(folder, rest)), { recursive: true });
      if (name === "COPY") copy(rest, context, root, work);
      if (name === "RUN") {
        const mounted = npmrc !== undefined && rest.includes("--mount=type=secret,id=npmrc,target=/app/.npmrc ");
        await shell(rest.replace(/^(?:--\S+\s+)*/, ""), work, mounted ? { npm_config_userconfig: npmrc } : {});
      }
    }
  }
  return work;
}

function copy(rest: string, context: string, root: string, work: string): void {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  const target = join(work, paths.pop() ?? ".");
  for (const path of paths) {
    const source = join(from === undefined ? context : join(root, from), path);
    const isPattern = path.endsWith("*");
    const found = isPattern
      ? readdirSync(dirname(source))
          .filter((one) => one.startsWith(path.slice(0, -1)))
          .map((one) => join(dirname(source), one))
      : [source];
    if (!isPattern && !existsSync(source)) throw new Error(`COPY: there is no ${path}`);
    for (const one of found)
      cpSync(
        one,
        paths.length > 1 || isPattern || (rest.endsWith("./") && !/\/[^/]+$/.test(rest.split(" ").at(-1) ?? ""))
          ? join(target, one.split("/").at(-1) ?? "")
          : target,
        {
          recursive: true,
          verbatimSymlinks: true,
        },
      );
  }
}

function shell(command: string, cwd: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const env = { ...process.env, ...environment };
  const child = spawn("sh", ["-c", command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) =>
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${command}\n${said}`)))),
  );
}
