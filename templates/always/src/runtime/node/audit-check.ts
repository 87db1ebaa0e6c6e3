/** Looks whether files of an audit, whose lines are chained, are as they were written. */
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { faultOf, hashWith, type Link, linkAfter } from "../audit/chain.js";
import type { Environment } from "../host.js";
import { readSecret } from "../settings/settings.js";

export interface AuditCheck {
  readonly lines: number;
  /** How many lines are wrong. */
  readonly faults: number;
  /** The first of them, in the order of the chain. */
  readonly broken: readonly BrokenLine[];
  /** Number of the first line that there is; above 1, older ones are elsewhere. */
  readonly first?: number;
  readonly last?: { readonly number: number; readonly hash: string };
}

export interface BrokenLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Goes on a sentence that begins with the line. */
  readonly fault: string;
}

const mostBroken = 20;

/**
 * Checks every line against the one before it. Files are taken by the numbers that their lines have, in whatever order
 * they are named; those that end in `.gz` are unpacked.
 *
 * @param environment has `MCP_AUDIT_KEY`, or names its file, where hashes were made with one
 * @throws Error of the host for a file that cannot be read, ConfigurationError for that of the key
 */
export async function checkAudit(
  paths: readonly string[],
  environment: Environment,
): Promise<AuditCheck> {
  const readText = (path: string): string => readFileSync(path, "utf8");
  const key = readSecret("MCP_AUDIT_KEY", { environment, readText });
  const hash = await hashWith(key?.reveal());
  const broken: BrokenLine[] = [];
  let link: Link | undefined;
  let first: number | undefined;
  let lines = 0;
  let faults = 0;
  for (const file of await byAge(paths)) {
    let number = 0;
    for await (const line of linesOf(file)) {
      number += 1;
      if (line === "") continue;
      lines += 1;
      const fault = await faultOf(line, link, hash);
      link = linkAfter(line) ?? link;
      first ??= link === undefined ? undefined : link.seq - 1;
      if (fault === undefined) continue;
      faults += 1;
      if (broken.length < mostBroken)
        broken.push({ file, line: number, fault });
    }
  }
  return {
    lines,
    faults,
    broken,
    ...(first === undefined ? {} : { first }),
    ...(link === undefined
      ? {}
      : { last: { number: link.seq - 1, hash: link.hash } }),
  };
}

/** Whether there is something, and nothing of it is wrong. */
export function isWhole({ lines, faults }: AuditCheck): boolean {
  return lines > 0 && faults === 0;
}

/** What a person reads of it: a line for each that is wrong, and one for all. */
export function auditReport({
  lines,
  faults,
  broken,
  first = 1,
  last,
}: AuditCheck): readonly string[] {
  const more = faults - broken.length;
  const whole = [
    `${lines} lines, ${faults} faults`,
    ...(first > 1
      ? [`the first is ${first}: older ones were not looked at`]
      : []),
    ...(last === undefined ? [] : [`the last is ${last.number} ${last.hash}`]),
  ];
  return [
    ...broken.map(({ file, line, fault }) => `${file}:${line} ${fault}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    whole.join(", "),
  ];
}

/** Shells name `audit.log` before `audit.log.1`, which is older. Those without a line of a chain stay behind. */
async function byAge(paths: readonly string[]): Promise<readonly string[]> {
  const found: { readonly path: string; readonly from: number }[] = [];
  for (const path of paths) found.push({ path, from: await beginOf(path) });
  return found.sort((a, b) => a.from - b.from).map(({ path }) => path);
}

async function beginOf(path: string): Promise<number> {
  for await (const line of linesOf(path)) {
    const link = linkAfter(line);
    if (link !== undefined) return link.seq;
  }
  return Number.MAX_SAFE_INTEGER;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const isPacked = path.endsWith(".gz");
  const input = isPacked ? file.pipe(createGunzip()) : file;
  // A pipe does not hand faults on.
  if (isPacked) file.on("error", (fault) => input.destroy(fault));
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } finally {
    file.destroy();
  }
}
