/** A server that is a function from `Request` to `Response`, as platforms of workers want it. */
import { byToken } from "../../../templates/always/src/runtime/access.js";
import type { Owner } from "../../../templates/always/src/runtime/call/call.js";
import type { Environment } from "../../../templates/always/src/runtime/data/environment.js";
import type { Parts } from "../../../templates/always/src/runtime/data/parts.js";
import { projectOf } from "../../../templates/always/src/runtime/data/project.js";
import { createHttpHandler, type HttpHandler } from "../../../templates/always/src/runtime/http/handler.js";
import { createLog } from "../../../templates/always/src/runtime/log.js";
import { createService } from "../../../templates/always/src/runtime/mcp/service.js";
import { readSettings } from "../../../templates/always/src/runtime/settings/settings.js";
import { checkStart } from "../../../templates/always/src/runtime/settings/start-check.js";
import { MemoryStore } from "../../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../../templates/always/src/runtime/tools/tool-table.js";
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
    const tools = new ToolTable(project, owner.custom);
    checkStart(project, owner.credentials, host, log);
    const service = await createService(owner, project, tools, settings, new MemoryStore(), host, log);
    const authenticate = owner.authenticate ?? byToken;
    return createHttpHandler({ factory: service.factory, authenticate, settings, log });
  };
  return {
    fetch: async (request, environment) => (await (started ??= start(environment))).fetch(request),
  };
}
