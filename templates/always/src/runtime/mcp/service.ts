/** Everything that one process serves, made once, and the factory of its MCP servers. */
import type {
  CallServices,
  Owner,
  Policy,
  ResourceUse,
  Watcher,
} from "../call/call.js";
import type { Host } from "../host.js";
import { watchedHost, watchersOf } from "../call/watcher.js";
import type { Custom } from "../custom.js";
import { defined } from "../data/defined.js";
import { Late } from "../data/late.js";
import type { Parts } from "../data/parts.js";
import { ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import {
  type LackedScopes,
  lackedScopes,
  type ServerCalls,
  type ServerTables,
  TableServer,
} from "./mcp-server.js";
import type { Project } from "../data/project.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { SharedSecrets } from "../store/shared-secrets.js";
import type { Store } from "../store/store.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";
import type { Slice } from "../tools/tool-parts.js";
import type { ResourceCapability } from "./capability.js";

export interface ServerFactory {
  (protocolVersion?: string): TableServer;
  readonly lacked: LackedScopes;
}

function factoryOf(tables: ServerTables): ServerFactory {
  const { tools, resources } = tables;
  return Object.assign(
    (protocolVersion?: string) => new TableServer(tables, protocolVersion),
    {
      lacked: (...asked: Parameters<LackedScopes>) =>
        lackedScopes(tools, resources, ...asked),
    },
  );
}

export interface Service {
  /** Makes the server of one connection, or of one HTTP request; that may name its revision of MCP. */
  readonly factory: ServerFactory;
  /** The same of each toolset, by its name. */
  readonly toolsets: ReadonlyMap<string, ServerFactory>;
  /** What looks at calls and refusals. */
  readonly watchers: readonly Watcher[];
  /** Answers the calls that still run with what is known of them. */
  stop(): void;
  close(mostMs?: number): Promise<void>;
}

/** Tells the owner's rate limiting what it is for. */
function startLimits(
  { rateLimiting }: Owner,
  project: Project,
  settings: Settings,
  store: Store,
  log: Log,
): void {
  const ofTools = new Map(
    project.apis.flatMap(({ data }) =>
      Object.entries(data.policies ?? {}).flatMap(
        ([tool, { callsPerMinute }]) =>
          callsPerMinute === undefined ? [] : [[tool, callsPerMinute] as const],
      ),
    ),
  );
  if (rateLimiting.start !== undefined)
    rateLimiting.start({ store, settings, ofTools });
  else if (ofTools.size > 0 || store.isShared)
    log.warn(
      "src/rate-limit.ts has no `start`: it knows neither limits of single tools nor what instances share",
    );
}

/** Where other instances have them, too, and the owner set a key. */
async function sharedSecrets(
  { storeKey }: Settings,
  store: Store,
): Promise<SharedSecrets | undefined> {
  if (storeKey === undefined || !store.isShared) return undefined;
  const module = await import("../store/shared-secrets.js");
  return new module.SharedSecrets(store, storeKey);
}

/** @throws ConfigurationError for additions of the owner's that this server has no part for */
function refuseUnserved(custom: Custom, parts: Parts): void {
  for (const name of ["resources", "prompts"] as const)
    if ((custom[name] ?? []).length > 0 && parts[name] === undefined)
      throw new ConfigurationError(
        `src/custom.ts adds ${name}, and this server was generated without the part that serves them.`,
        {
          hint: `Generate again with \`openapi-to-mcp --feature ${name}\`, or with \`features: [${name}]\` in openapi-to-mcp.yaml.`,
        },
      );
}

/** What clients use of resources. */
function useOf(resources: ResourceCapability | undefined): ResourceUse {
  return {
    ...defined({ resourceFiles: resources?.files }),
    isResourceServed: resources?.isEmpty === false,
  };
}

/** Answers that are kept: loaded with the first call. */
function lateAnswers(store: Store): Late<KeptAnswers> {
  return new Late(async () => {
    const module = await import("../response/kept-answers.js");
    return new module.KeptAnswers({}, store);
  });
}

/** Calls of tools, by what is loaded with the first one. */
function lateCalls(
  services: CallServices,
  kept: Late<KeptAnswers>,
): ServerCalls {
  const calls = new Late(async () => {
    const { createToolCalls } = await import("../call/run.js");
    return createToolCalls({ ...services, kept: await kept.get() });
  });
  return {
    call: async (...call) => (await calls.get()).call(...call),
    explain: async (fault) => (await calls.get()).explain(fault),
    stop: () => void calls.get().then((all) => all.stop()),
  };
}

/**
 * @param slices parts of the server that are served by themselves, too
 * @throws ConfigurationError as `refuseUnserved` does
 */
export async function createService(
  owner: Owner,
  project: Project & { readonly parts?: Parts },
  tools: ToolTable,
  settings: Settings,
  store: Store,
  given: Host,
  log: Log,
  slices: readonly Slice[] = [],
  policy?: Policy,
): Promise<Service> {
  const { custom } = owner;
  const { parts = {} } = project;
  refuseUnserved(custom, parts);
  const watched = { settings, host: given, log, tools };
  const watchers = await watchersOf(parts, owner.steps, watched);
  const host = watchedHost(given, watchers);
  const kept = lateAnswers(store);
  const createResources = (await parts.resources?.())?.createResources;
  const resources = createResources?.(project, custom, tools, settings, () =>
    kept.get(),
  );
  const createPrompts = (await parts.prompts?.())?.createPrompts;
  const prompts = createPrompts?.(project, custom);
  startLimits(owner, project, settings, store, log);
  const secrets = await sharedSecrets(settings, store);
  const calls = lateCalls(
    {
      owner,
      parts,
      table: tools,
      ...useOf(resources),
      settings,
      store,
      ...defined({ secrets, policy }),
      host,
      log,
      watchers,
    },
    kept,
  );
  const questions = defined({
    questionOf: (await parts.credentials?.())?.questionOf,
    approvalMs: policy?.approvalMs,
    watchers: watchers.length === 0 ? undefined : watchers,
  });
  const tables = {
    data: project.data,
    tools,
    calls,
    ...questions,
    ...defined({ resources, prompts }),
  };
  const toolset = (slice: Slice): ServerFactory => {
    const { project: part, custom: own } = slice;
    const within = resources?.within(part, own, slice.tools);
    return factoryOf({
      data: part.data,
      tools: slice.tools,
      calls,
      reach: { toolset: slice.name, ...useOf(within) },
      ...questions,
      ...defined({ resources: within, prompts: createPrompts?.(part, own) }),
    });
  };
  return {
    factory: factoryOf(tables),
    toolsets: new Map(slices.map((slice) => [slice.name, toolset(slice)])),
    watchers,
    stop: () => calls.stop(),
    async close(mostMs) {
      await policy?.close();
      await Promise.all(watchers.map((watcher) => watcher.close?.(mostMs)));
      await host.close();
      (await kept.asked)?.close();
      await store.close();
    },
  };
}
