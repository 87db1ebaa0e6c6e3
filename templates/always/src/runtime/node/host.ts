/** Node.js, as the rest of this server sees it. */
import { readFileSync, statSync, unwatchFile, watchFile } from "node:fs";
import type { Environment } from "../data/environment.js";
import type { Host } from "../host.js";
import type { Settings } from "../settings/settings.js";
import type { Connections } from "./connections.js";
import { ownTurn } from "./turn.js";

/** Between two looks at a file that is watched. */
const watchMs = 1_000;

export function nodeHost(environment: Environment, settings: Settings): Host {
  const watched: string[] = [];
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
    watch(path, changed) {
      watched.push(path);
      // Asked again and again: what Kubernetes mounts is changed by a link further up.
      watchFile(path, { interval: watchMs, persistent: false }, changed);
    },
    close: async () => {
      for (const path of watched) unwatchFile(path);
      await (await connections)?.close();
    },
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
