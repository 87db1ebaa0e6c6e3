/** What looks at calls and refusals from outside: an audit, metrics, traces. Each is an optional part. */
import { defined } from "../data/defined.js";
import type { JsonObject } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";
import type { NamedStep, Watcher } from "./call.js";
import type { ClientRequest, TraceContext } from "./trace-context.js";

export interface WatcherServices {
  readonly settings: Settings;
  readonly host: Host;
  readonly log: Log;
  readonly tools: Pick<ToolTable, "isFor">;
}

export interface WatcherPart {
  /** @throws ConfigurationError that names the setting */
  createWatcher(services: WatcherServices): Watcher | Promise<Watcher>;
}

/** The optional parts that watch. */
export interface WatcherParts {
  /** `audit/audit.ts` */
  readonly audit?: () => Promise<WatcherPart>;
  /** `metrics/metrics.ts` */
  readonly metrics?: () => Promise<WatcherPart>;
  /** `telemetry/telemetry.ts` */
  readonly telemetry?: () => Promise<WatcherPart>;
}

/** In the order in which a call meets them: what the audit refuses is counted. */
const watching = [
  "telemetry",
  "metrics",
  "audit",
] as const satisfies readonly (keyof WatcherParts)[];

/**
 * @param steps the owner's; absent: the standard ones
 * @throws ConfigurationError where the owner's steps leave out `record`, without which nothing is watched
 */
export async function watchersOf(
  parts: WatcherParts,
  steps: readonly NamedStep[] | undefined,
  services: WatcherServices,
): Promise<readonly Watcher[]> {
  const there = watching.filter((name) => parts[name] !== undefined);
  const [first] = there;
  if (first === undefined) return [];
  if (steps !== undefined && !steps.some(({ name }) => name === "record"))
    throw new ConfigurationError(
      `src/main.ts leaves out the step "record", and this server has the part "${first}" that needs it`,
      { hint: "Add `step.record` to its list, as the first one." },
    );
  return Promise.all(
    there.map(async (name) => {
      const part = await parts[name]?.();
      if (part === undefined) throw new Error(`There is no part ${name}`);
      return part.createWatcher(services);
    }),
  );
}

/** The host, with what watchers see of what is sent to APIs. */
export function watchedHost(host: Host, watchers: readonly Watcher[]): Host {
  return watchers.reduceRight((inner, watcher) => {
    const exchange = watcher.exchange?.(inner.exchange);
    return exchange === undefined ? inner : { ...inner, exchange };
  }, host);
}

/** Runs what answers a request that is no call, as those watchers see it that look at such. */
export function watchedRequest<Result>(
  watchers: readonly Watcher[],
  request: ClientRequest,
  run: (trace: TraceContext | undefined) => Promise<Result>,
): Promise<Result> {
  const whole = watchers.reduceRight<typeof run>(
    (inner, watcher) => (trace) =>
      watcher.watchRequest?.({ ...request, ...defined({ trace }) }, inner) ??
      inner(trace),
    run,
  );
  return whole(request.trace);
}

/** Tells the log, unless a watcher stands in its place, and all watchers of a request that was turned away. */
export function tellRefusal(
  log: Log,
  watchers: readonly Watcher[],
  level: "info" | "warn",
  event: string,
  fields: JsonObject,
): void {
  if (!isLogged(watchers)) log[level](event, fields);
  for (const watcher of watchers) watcher.refused?.(event, defined(fields));
}

/** Whether a watcher writes the lines of calls in place of the log. */
export function isLogged(watchers: readonly Watcher[]): boolean {
  return watchers.some(({ isLog }) => isLog === true);
}
