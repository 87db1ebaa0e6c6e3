import { buildLock } from "../../../src/lock/build.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { parseLock } from "../../../src/lock/parse.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";

/** The lock of a server, as it is read again from its text. */
export function lockOf(model: ServerModel, paths: readonly string[] = []): Lock {
  const files = paths.map((path) => ({ path, text: "", owner: "generator" as const }));
  const lock = parseLock(JSON.stringify(buildLock(model, files, "1")));
  if (lock === undefined) throw new Error("The lock cannot be read");
  return lock;
}
