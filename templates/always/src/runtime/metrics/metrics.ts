/** How many calls there are, how they end and how long they take, for Prometheus. No argument, caller or secret is told. */
import type { Call, Ended, Run, Watcher } from "../call/call.js";
import type { WatcherServices } from "../call/watcher.js";
import { CallError, LimitError } from "../errors.js";
import type { Caller, Exchange } from "../upstream/http-message.js";
import type { Sender } from "../upstream/send.js";
import { runtimeVersion } from "../version.js";
import { Counter, type Family, Histogram, textOf, textType } from "./series.js";

/** For hosts of which nothing else is known. */
export function createWatcher(services: WatcherServices): Watcher {
  return createMetrics(services, () => []);
}

/** @param ofHost what can be said of the process, asked for each page */
export function createMetrics(
  { tools }: Pick<WatcherServices, "tools">,
  ofHost: () => readonly Family[],
): Watcher {
  const calls = new Calls();
  const upstream = new Upstream();
  const turnedAway = new Counter(
    "mcp_refused_requests_total",
    "Requests that were turned away before there was a call, by HTTP status, or overloaded.",
    ["reason"],
  );
  const families = (): readonly Family[] => [
    gauge("mcp_runtime_info", "Version of the server's runtime.", [
      { labels: { version: runtimeVersion }, value: 1 },
    ]),
    ...calls.families(),
    turnedAway.family(),
    ...upstream.families(),
    ...ofHost(),
  ];
  const familiesFor = (caller: Caller): readonly Family[] =>
    families().map((family) => ({
      ...family,
      samples: family.samples.filter(
        ({ labels: { tool } }) =>
          tool === undefined || tools.isFor(caller, tool),
      ),
    }));
  return {
    watch: (call, run) => calls.watch(call, run),
    refused(event, { tool, outcome }) {
      if (event === "call" && typeof tool === "string")
        calls.refused(tool, String(outcome));
    },
    turnedAway: (reason) => turnedAway.count(String(reason)),
    exchange: (exchange) => upstream.counted(exchange),
    uses: (sender) => upstream.uses(sender),
    page: {
      path: "/metrics",
      type: textType,
      text: (caller) =>
        textOf(caller === undefined ? families() : familiesFor(caller)),
    },
  };
}

class Calls {
  readonly #ended = new Counter("mcp_calls_total", "Calls by how they ended.", [
    "tool",
    "outcome",
  ]);
  readonly #limited = new Counter(
    "mcp_limited_calls_total",
    "Calls that a limit refused, by which: caller, tool, tenant, concurrency, api, audit, other.",
    ["tool", "limit"],
  );
  readonly #durations = new Histogram(
    "mcp_call_duration_seconds",
    "Time of calls, from their first step to their result.",
    ["tool"],
  );
  #running = 0;

  async watch(call: Call, run: Run): Promise<Ended> {
    const tool = call.row.listing.name;
    const began = performance.now();
    let outcome = "InternalError";
    let limit: unknown;
    this.#running += 1;
    try {
      const ended = await run(call);
      outcome = String(ended.line["outcome"]);
      limit = ended.line["limit"];
      return ended;
    } catch (fault) {
      if (fault instanceof CallError) outcome = fault.name;
      if (fault instanceof LimitError) limit = fault.limit;
      throw fault;
    } finally {
      this.#running -= 1;
      this.#ended.count(tool, outcome);
      if (typeof limit === "string") this.#limited.count(tool, limit);
      this.#durations.observe(performance.now() - began, tool);
    }
  }

  refused(tool: string, outcome: string): void {
    this.#ended.count(tool, outcome);
  }

  families(): readonly Family[] {
    return [
      this.#ended.family(),
      this.#limited.family(),
      this.#durations.family(),
      gauge("mcp_calls_running", "Calls that have no result yet.", [
        { labels: {}, value: this.#running },
      ]),
    ];
  }
}

function gauge(name: string, help: string, samples: Family["samples"]): Family {
  return { name, help, type: "gauge", samples };
}

/** What is sent to APIs, and to whoever gives tokens for them. */
class Upstream {
  readonly #requests = new Counter(
    "mcp_upstream_requests_total",
    "Requests that were sent, each attempt of them, by class of the answer's status; none: no answer came.",
    ["host", "status"],
    500,
  );
  readonly #durations = new Histogram(
    "mcp_upstream_duration_seconds",
    "Time of requests that were sent, to the end of the answer.",
    ["host"],
    100,
  );
  #sender: Pick<Sender, "paused"> | undefined;

  uses(sender: Pick<Sender, "paused">): void {
    this.#sender = sender;
  }

  counted(exchange: Exchange): Exchange {
    return async (request, ...given) => {
      const { host } = new URL(request.url);
      const began = performance.now();
      let status = "none";
      try {
        const response = await exchange(request, ...given);
        status = `${Math.floor(response.status / 100)}xx`;
        return response;
      } finally {
        this.#requests.count(host, status);
        this.#durations.observe(performance.now() - began, host);
      }
    };
  }

  families(): readonly Family[] {
    return [
      this.#requests.family(),
      this.#durations.family(),
      gauge(
        "mcp_upstream_paused",
        "What is paused at a host since it failed: single calls, operations, callers, or all of it.",
        (this.#sender?.paused() ?? []).map(({ host, scope, count }) => ({
          labels: { host, scope },
          value: count,
        })),
      ),
    ];
  }
}
