/** What metrics on Node.js say of their process. */
import { performance } from "node:perf_hooks";
import { afterEach, expect, it, vi } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { createWatcher } from "../../templates/always/src/runtime/node/metrics-part.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";

afterEach(() => void vi.restoreAllMocks());

it("are its start, time, memory and how busy it is, in the units of Prometheus", () => {
  vi.spyOn(process, "cpuUsage").mockReturnValue({ user: 2_000_000, system: 500_000 });
  vi.spyOn(process, "memoryUsage").mockReturnValue({ rss: 1_000, heapUsed: 700 } as NodeJS.MemoryUsage);
  vi.spyOn(performance, "eventLoopUtilization").mockReturnValue({ active: 1_500, idle: 0, utilization: 0 });
  vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(1_700_000_000_500);
  const environment = { MCP_METRICS: "on" };
  const services = { settings: readSettings(environment), host: { environment }, log: createLog("silent") };
  const lines = createWatcher({ ...services, tools: { isFor: () => true } } as never)
    .page?.text()
    .split("\n")
    .filter((line) => /process_|nodejs_/.test(line));
  expect(lines).toEqual([
    "# HELP process_start_time_seconds Start of the process, since 1970.",
    "# TYPE process_start_time_seconds gauge",
    "process_start_time_seconds 1700000000.5",
    "# HELP process_cpu_seconds_total Time of the processor, user and system.",
    "# TYPE process_cpu_seconds_total counter",
    "process_cpu_seconds_total 2.5",
    "# HELP process_resident_memory_bytes Memory that the process has.",
    "# TYPE process_resident_memory_bytes gauge",
    "process_resident_memory_bytes 1000",
    "# HELP nodejs_heap_size_used_bytes Memory that is in use on the heap.",
    "# TYPE nodejs_heap_size_used_bytes gauge",
    "nodejs_heap_size_used_bytes 700",
    "# HELP nodejs_eventloop_active_seconds_total Time that the event loop did not wait.",
    "# TYPE nodejs_eventloop_active_seconds_total counter",
    "nodejs_eventloop_active_seconds_total 1.5",
  ]);
});
