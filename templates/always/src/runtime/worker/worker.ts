/**
 * This server as a Worker: a function from `Request` to `Response` on a platform that has the web standard and no more.
 * It starts with the first request, since settings and secrets come with requests there.
 */
import type { Owner } from "../call/call.js";
import { utf8Length } from "../data/bytes.js";
import type { Parts } from "../data/parts.js";
import { type DataFiles, projectOf } from "../data/project.js";
import type { HttpHandler } from "../http/handler.js";
import { createLog } from "../log.js";
import { startPublicly } from "../mcp/front.js";
import { readSettings } from "../settings/settings.js";
import { MemoryStore } from "../store/memory.js";
import { workerHost } from "./host.js";

/** Variables, secrets and whatever else is bound to the Worker; only texts are settings. */
export interface Bindings {
  readonly [name: string]: unknown;
}

export interface WorkerContext {
  /** Lets the platform wait for what goes on after the answer has begun. */
  waitUntil(promise: Promise<unknown>): void;
}

export interface Worker {
  fetch(
    request: Request,
    bindings: Bindings,
    context?: WorkerContext,
  ): Promise<Response>;
}

/**
 * @param owner what `src/access.ts`, `src/auth.ts`, `src/custom.ts` and `src/rate-limit.ts` export; a `store` of the
 *   owner's is what instances share, and without one each has its own memory
 * @param files text of the files below `src/generated/`, by path
 */
export function createWorker(
  owner: Owner,
  files: Readonly<Record<string, string>>,
  parts: Parts,
): Worker {
  let started: Promise<HttpHandler> | undefined;
  return {
    async fetch(request, bindings, context) {
      let handler: HttpHandler;
      try {
        started ??= startedWith(owner, files, parts, textsOf(bindings));
        handler = await started;
      } catch (fault) {
        // The next request tries again: a binding may be set by then.
        started = undefined;
        createLog("error").error("start", { error: fault });
        return new Response('{"error":"This server could not start"}', {
          status: 500,
          headers: { "content-type": "application/json" },
        });
      }
      const address = request.headers.get("cf-connecting-ip") ?? "unknown";
      const answer = await handler.fetch(request, address);
      if (answer.body === null || context === undefined) return answer;
      const [ended, body] = watched(answer.body);
      context.waitUntil(ended);
      return new Response(body, answer);
    },
  };
}

async function startedWith(
  owner: Owner,
  files: Readonly<Record<string, string>>,
  parts: Parts,
  environment: Readonly<Record<string, string>>,
): Promise<HttpHandler> {
  const settings = readSettings(environment);
  const host = workerHost(environment);
  const log = createLog(settings.logLevel);
  const project = { ...projectOf(bundled(files)), parts };
  const store = () => new MemoryStore();
  return startPublicly(owner, project, settings, store, host, log, {
    // What one request begins must not wait for the timer of another: each has its own.
    nextTurn: (run) => run(),
  });
}

function textsOf(bindings: Bindings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(bindings).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

/** Files that are part of the program. */
function bundled(files: Readonly<Record<string, string>>): DataFiles {
  const texts = new Map(Object.entries(files));
  const parsed = (path: string): unknown => {
    const text = texts.get(path);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    read(path) {
      const value = parsed(path);
      return value === undefined
        ? undefined
        : { value, bytes: utf8Length(texts.get(path) ?? "") };
    },
    readLater: async (path) => parsed(path),
  };
}

/** The same stream, and when it has ended, however. */
function watched(
  body: ReadableStream<Uint8Array>,
): readonly [Promise<unknown>, ReadableStream<Uint8Array>] {
  const through = new TransformStream<Uint8Array, Uint8Array>();
  const ended = body.pipeTo(through.writable).catch(() => undefined);
  return [ended, through.readable];
}
