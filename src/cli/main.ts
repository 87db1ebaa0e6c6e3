#!/usr/bin/env node
/** The command `openapi-to-mcp`. Exit codes: 0 done, 1 the input or the folder is at fault, 2 the command line is. */
import * as nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";
import { version } from "../version.ts";

// Node.js 22.8 and newer keep compiled code between runs; Node.js 20 has no such function.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
// A run takes a second or two and touches much code, most of it briefly. Optimising all that is called a few thousand
// times costs more than a third of the processor time and gains nothing: only the hottest code shall be optimised. The
// flag is one of V8 in Node.js 20 to 24; another V8 would complain about a name that it does not know.
if (/^(?:20|22|24)\./.test(process.versions.node)) setFlagsFromString("--interrupt-budget=1000000");

const line = process.argv.slice(2);
if (line.length === 1 && (line[0] === "--version" || line[0] === "-v")) {
  process.stdout.write(`${version}\n`);
} else {
  const { run } = await import("./run.ts");
  process.exitCode = await run(line, process);
}
