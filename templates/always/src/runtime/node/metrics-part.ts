/** Metrics on Node.js, which knows its process. */
import { performance } from "node:perf_hooks";
import type { Watcher } from "../call/call.js";
import type { WatcherServices } from "../call/watcher.js";
import { createMetrics } from "../metrics/metrics.js";
import type { Family } from "../metrics/series.js";

export function createWatcher(services: WatcherServices): Watcher {
  return createMetrics(services, processFamilies);
}

function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return [
    one(
      "process_start_time_seconds",
      "gauge",
      "Start of the process, since 1970.",
      performance.timeOrigin / 1_000,
    ),
    one(
      "process_cpu_seconds_total",
      "counter",
      "Time of the processor, user and system.",
      (user + system) / 1_000_000,
    ),
    one(
      "process_resident_memory_bytes",
      "gauge",
      "Memory that the process has.",
      rss,
    ),
    one(
      "nodejs_heap_size_used_bytes",
      "gauge",
      "Memory that is in use on the heap.",
      heapUsed,
    ),
    one(
      "nodejs_eventloop_active_seconds_total",
      "counter",
      "Time that the event loop did not wait.",
      performance.eventLoopUtilization().active / 1_000,
    ),
  ];
}

function one(
  name: string,
  type: "counter" | "gauge",
  help: string,
  value: number,
): Family {
  return { name, type, help, samples: [{ labels: {}, value }] };
}
