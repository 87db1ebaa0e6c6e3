/** A server that is a function from `Request` to `Response`, as platforms of workers want it. */
import { byToken } from "../../../templates/always/src/runtime/access.js";
import type { Owner } from "../../../templates/always/src/runtime/call/call.js";
import type { Environment } from "../../../templates/always/src/runtime/data/environment.js";
import type { Parts } from "../../../templates/always/src/runtime/data/parts.js";
import { projectOf } from "../../../templates/always/src/runtime/data/project.js";
import { createHttpHandler, type HttpHandler } from "../../../templates/always/src/runtime/http/handler.js";
import { createLog } from "../../../templates/always/src/runtime/log.js";
import { startService } from "../../../templates/always/src/runtime/mcp/start.js";
import { readSettings } from "../../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../../templates/always/src/runtime/store/memory.js";
import { bundledFiles, webHost } from "./host.js";

export interface Worker {
  fetch(request: Request, environment: Environment): Promise<Response>;
}

export function createWorker(owner: Owner, files: ReadonlyMap<string, unknown>, parts: Parts): Worker {
  let started: Promise<HttpHandler> | undefined;
  const start = async (environment: Environment): Promise<HttpHandler> => {
    const settings = readSettings(environment);
    const host = webHost(environment);
    const log = createLog(settings.logLevel);
    const project = { ...projectOf(bundledFiles(files)), parts };
    const { service } = await startService(owner, project, settings, () => new MemoryStore(), host, log);
    const authenticate = owner.authenticate ?? byToken;
    return createHttpHandler({ factory: service.factory, authenticate, settings, log });
  };
  return {
    fetch: async (request, environment) => (await (started ??= start(environment))).fetch(request),
  };
}
