/** `openapi-to-mcp diff`: what a model sees differently between two servers. */
import { isRemote } from "../base/address.ts";
import { defined } from "../base/defined.ts";
import { type DiffSide, diff } from "../diff.ts";
import { readLock } from "../disk/folder.ts";
import { kindOfPath } from "../disk/project.ts";
import { markdownReport } from "../surface/markdown-report.ts";
import type { SurfaceDiff } from "../surface/diff.ts";
import { type Severity, atLeast } from "../surface/difference.ts";
import { textReport } from "../surface/text-report.ts";
import { nearestName } from "../base/suggest.ts";
import { visible, visibleJson } from "../base/visible.ts";
import { type CommandLine, UsageError } from "./line.ts";
import { refuseMisspelt } from "./meant.ts";
import { readRequest } from "./request.ts";
import { type Style, type Surroundings, type Terminal, severityColor } from "./terminal.ts";
import { wrapped } from "./wrap.ts";

const formats = ["text", "json", "markdown"] as const;
const severities: readonly Severity[] = ["patch", "minor", "major"];

/**
 * Compares two sides and prints the report on standard output. Returns 0, or 1 where the difference is at least as
 * severe as `--fail-on` says.
 *
 * @throws {UsageError} where the line names no side, or too many
 * @throws {CompileError} where a side cannot be read
 */
export async function diffCommand(line: CommandLine, terminal: Terminal, surroundings: Surroundings): Promise<number> {
  const format = chosen(line, "format", formats) ?? (line.isSet("json") ? "json" : "text");
  const limit = chosen(line, "fail-on", severities);
  await refuseMisspelt(line);
  terminal.progress("Comparing …");
  const [before, after] = await sidesOf(line, surroundings);
  const found = await diff(before, after);
  terminal.result(report(found, format, line.isSet("verbose"), terminal.resultStyle));
  return limit !== undefined && atLeast(found.verdict, limit) ? 1 : 0;
}

function chosen<Word extends string>(
  line: CommandLine,
  flag: "format" | "fail-on",
  words: readonly Word[],
): Word | undefined {
  const given = line.text(flag);
  const word = words.find((known) => known === given);
  if (given !== undefined && word === undefined) {
    const near = nearestName(given, words);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new UsageError(`--${flag} is one of ${words.join(", ")}, not "${visible(given)}"${hint}`);
  }
  return word;
}

/** The sides that the line names; of one project alone, it as it is and as it would be generated now. */
async function sidesOf(line: CommandLine, surroundings: Surroundings): Promise<readonly [DiffSide, DiffSide]> {
  const [before = ".", after, ...more] = line.operands;
  if (more.length > 0 || (after === undefined && (await kindOfPath(before)) !== "folder"))
    throw new UsageError("Give two documents, projects or lock files, the old one first, or the folder of a project.");
  if (after !== undefined) {
    const folders = [];
    for (const side of [before, after]) if ((await kindOfPath(side)) === "folder") folders.push(side);
    return [await sideOf(before, folders, line, surroundings), await sideOf(after, folders, line, surroundings)];
  }
  const { options } = await readRequest(line, surroundings, [], [before]);
  const lock = await readLock(before);
  const today = new Date().toISOString().slice(0, 10);
  return [before, { ...options, ...defined({ lock }), today }];
}

/** A document beside a project is made as the project's configuration says, or as that which the line names. */
async function sideOf(
  side: string,
  projects: readonly string[],
  line: CommandLine,
  surroundings: Surroundings,
): Promise<DiffSide> {
  const isDocument = isRemote(side) || (await kindOfPath(side)) === "other";
  return isDocument ? (await readRequest(line, surroundings, [side], projects)).options : side;
}

function report(found: SurfaceDiff, format: (typeof formats)[number], all: boolean, { colors, width }: Style): string {
  switch (format) {
    case "text":
      return wrapped(
        textReport(found, all, {
          severity: (severity, word) => severityColor(colors, severity)(word),
          name: colors.bold,
          removed: colors.red,
          added: colors.green,
        }),
        width,
      );
    case "json":
      return visibleJson({ ok: true, ...found });
    case "markdown":
      return markdownReport(found).trimEnd();
    default:
      return format satisfies never;
  }
}
