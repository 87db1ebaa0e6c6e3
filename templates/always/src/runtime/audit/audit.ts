/** Who called what, by which rule, and what became of it: a line of JSON for each call and for each refusal. */
import { callFields } from "../call/record.js";
import type { Call, Watcher } from "../call/call.js";
import type { WatcherServices } from "../call/watcher.js";
import { defined } from "../data/defined.js";
import { ownValue } from "../data/json-place.js";
import { ConfigurationError, LimitError } from "../errors.js";
import type { CallResult } from "../response/result.js";
import { argumentFields } from "./argument-fields.js";
import { hashWith } from "./chain.js";
import { collectorSink } from "./collector.js";
import { type AuditSettings, readAuditSettings } from "./settings.js";
import { type Sink, Trail } from "./trail.js";

/** Where lines go that no collector gets. */
export interface AuditPlaces {
  /** @throws ConfigurationError where nothing can be added to it */
  file?(path: string, isSynchronous: boolean): Promise<Sink>;
  readonly standardError: Sink;
}

/** For hosts that have a console and no files. */
export function createWatcher(services: WatcherServices): Promise<Watcher> {
  return createAudit(services, {
    standardError: {
      write: async (text) => console.error(text.slice(0, -1)),
    },
  });
}

/** @throws ConfigurationError that names the setting */
export async function createAudit(
  { host, log }: Pick<WatcherServices, "host" | "log">,
  places: AuditPlaces,
): Promise<Watcher> {
  const settings = readAuditSettings(host);
  const sink = await sinkOf(settings, host, places);
  const { isChained, key, isSynchronous } = settings;
  const hash = isChained ? await hashWith(key?.reveal()) : undefined;
  const trail = new Trail(sink, hash, log);
  return {
    ...(sink === places.standardError ? { isLog: true as const } : {}),
    async watch(call, run) {
      const id = crypto.randomUUID();
      if (isSynchronous) await begin(trail, id, call, settings);
      const { result, line } = await run(call);
      const whole = {
        event: "call",
        id,
        ...line,
        ...argumentFields(call, settings.values),
        ...defined({ requestId: requestIdOf(result) }),
      };
      // What has been done is told, whether its line can be written or not: the next call is refused then.
      if (isSynchronous) await trail.written(whole).catch(() => undefined);
      else trail.add(whole);
      return { result, line };
    },
    refused: (event, fields) => trail.add({ event, ...fields }),
    close: (mostMs) => trail.close(mostMs),
  };
}

/** @throws LimitError where it cannot be written that the call will be made */
async function begin(
  trail: Trail,
  id: string,
  call: Call,
  { values }: AuditSettings,
): Promise<void> {
  const fields = {
    event: "begin",
    id,
    ...(await callFields(call)),
    ...argumentFields(call, values),
  };
  try {
    await trail.written(fields);
  } catch (cause) {
    throw new LimitError("No calls are made while they cannot be audited", {
      limit: "audit",
      hint: "Whoever runs this server has to look at where its audit is kept. Try again later.",
      cause,
    });
  }
}

async function sinkOf(
  { file, collector, collectorToken, isSynchronous }: AuditSettings,
  host: WatcherServices["host"],
  places: AuditPlaces,
): Promise<Sink> {
  if (collector !== undefined)
    return collectorSink(collector, collectorToken, host);
  if (file === undefined) return places.standardError;
  if (places.file === undefined)
    throw new ConfigurationError(
      "MCP_AUDIT_FILE names a file, and this server runs where there are none",
    );
  return places.file(file, isSynchronous);
}

/** The name that the API itself has for the request. */
function requestIdOf({ _meta }: CallResult): string | undefined {
  const id = ownValue(_meta?.["openapi-to-mcp/headers"], "x-request-id");
  return typeof id === "string" ? id.slice(0, 200) : undefined;
}
