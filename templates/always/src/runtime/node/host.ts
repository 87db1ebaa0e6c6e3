/** Node.js, as the rest of this server sees it. */
import { readFileSync, statSync } from "node:fs";
import type { Environment } from "../data/environment.js";
import type { Host } from "../host.js";
import type { Settings } from "../settings/settings.js";
import type { Connections } from "./connections.js";
import { ownTurn } from "./turn.js";

export function nodeHost(environment: Environment, settings: Settings): Host {
  let connections: Promise<Connections> | undefined;
  /** Loaded with the first request: listing tools needs no HTTP client. */
  const connect = () =>
    (connections ??= import("./connections.js").then(
      (module) => new module.Connections(settings),
    ));
  return {
    environment,
    readText,
    othersMay,
    exchange: async (...given) => (await connect()).exchange(...given),
    turn: ownTurn,
    close: async () => (await connections)?.close(),
  };
}

export function readText(path: string): string {
  return readFileSync(path, "utf8");
}

/** The bits of its mode; on Windows there are none that would say it. */
function othersMay(path: string): readonly ("read" | "write")[] {
  if (process.platform === "win32") return [];
  const { mode } = statSync(path);
  return [
    ...((mode & 0o004) === 0 ? [] : (["read"] as const)),
    ...((mode & 0o022) === 0 ? [] : (["write"] as const)),
  ];
}
