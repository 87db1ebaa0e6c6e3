#!/usr/bin/env node
/** The command `openapi-to-mcp`. Exit codes: 0 done, 1 the input or the folder is at fault, 2 the command line is. */
import * as nodeModule from "node:module";
import { version } from "../base/version.ts";
import { optimiseLess } from "./optimisation.ts";

// Node.js 22.8 and newer keep compiled code between runs; Node.js 20 has no such function.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
optimiseLess(process.versions.node);

// Whoever reads no further, as `head` does, wants no more: what is being done is done all the same.
for (const output of [process.stdout, process.stderr])
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

const line = process.argv.slice(2);
if (line.length === 1 && (line[0] === "--version" || line[0] === "-v")) {
  process.stdout.write(`${version}\n`);
} else {
  const { run } = await import("./run.ts");
  process.exitCode = await run(line, process);
}
