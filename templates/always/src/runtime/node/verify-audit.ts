/**
 * Checks files of an audit whose lines are chained: `node dist/runtime/node/verify-audit.js FILE…`, files that were
 * rotated in the order of their age. What hashes are made with is read of `MCP_AUDIT_KEY`, as by the server. Ends with 1
 * where a line was changed, is missing or was put between.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { faultOf, hashWith, type Link, linkAfter } from "../audit/chain.js";
import { readSecret } from "../settings/settings.js";
import { readText } from "./host.js";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("Usage: node dist/runtime/node/verify-audit.js FILE…");
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await verify(files)) ? 0 : 1;
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : String(fault));
    process.exitCode = 2;
  }
}

async function verify(paths: readonly string[]): Promise<boolean> {
  const key = readSecret("MCP_AUDIT_KEY", {
    environment: process.env,
    readText,
  });
  const hash = await hashWith(key?.reveal());
  let link: Link | undefined;
  let lines = 0;
  let faults = 0;
  for (const path of paths) {
    let number = 0;
    const read = createInterface({ input: createReadStream(path) });
    for await (const line of read) {
      number += 1;
      if (line === "") continue;
      lines += 1;
      const fault = await faultOf(line, link, hash);
      link = linkAfter(line) ?? link;
      if (fault === undefined) continue;
      faults += 1;
      console.log(`${path}:${number} ${fault}`);
    }
  }
  const last =
    link === undefined ? "" : `, the last is ${link.seq - 1} ${link.hash}`;
  console.log(`${lines} lines, ${faults} faults${last}`);
  return faults === 0 && lines > 0;
}
