/** Judges one document: every tool of its server is called several times, and each request is looked at. */
import { generate } from "../../src/index.ts";
import { servedList } from "../../src/mcp/plan/served-list.ts";
import { ArgumentSampler } from "./arguments.ts";
import { ReadDocument } from "./document.ts";
import { type Bench, type Finding, judgeCall, reachFaults } from "./judge-call.ts";
import { startPrism } from "./prism.ts";
import { startProxy } from "./proxy.ts";
import type { DocumentReport, Failure, Unsampled } from "./report.ts";
import type { Variant } from "./sample.ts";
import { startServer } from "./server-under-test.ts";

/** From this many tools on, each is called less often. */
const manyTools = 150;

/** @param isFound whether the server lists no operation, and calls come by the tools of discovery */
export async function judgeDocument(
  document: string,
  path: string,
  seed: string,
  isFound: boolean,
): Promise<DocumentReport> {
  const started = performance.now();
  const reading = ReadDocument.load(path);
  // Prism takes the longest: it reads the document in a process of its own meanwhile.
  const starting = startPrism(path, async () => (await reading).root).catch((fault: unknown) =>
    fault instanceof Error ? fault.message : String(fault),
  );
  const generated = await generate({
    inputs: [path],
    allowRefFolders: foldersOf(document, path),
    list: { mode: isFound ? "discovery" : "all" },
  });
  const read = await reading;
  const answer = await starting;
  const prism = typeof answer === "string" ? undefined : answer;
  const withoutPrism =
    typeof answer === "string"
      ? `not judged by Prism: ${answer}`
      : answer.requestsOnly && `requests only: ${answer.requestsOnly}`;
  const proxy = await startProxy(prism?.url);
  const server = await startServer(generated, proxy.url);
  const tools = generated.model.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  const { apis, plan } = generated.model;
  const listed = new Map(servedList(apis, plan).map(({ name, inputSchema }) => [name, inputSchema]));
  const schemes = generated.model.apis.flatMap(({ data }) => Object.values(data.securitySchemes));
  const bench: Bench = {
    check: read.check,
    client: server.client,
    isFound,
    proxy,
    withPrism: prism !== undefined,
    credentials: new Set(
      schemes.flatMap((scheme) => (scheme.type === "apiKey" && scheme.in === "query" ? [scheme.name] : [])),
    ),
  };
  const failures: Failure[] = [];
  const unsampled: Unsampled[] = [];
  const counts = { calls: 0, good: 0, excused: 0 };
  try {
    await server.client.listTools();
    for (const tool of tools) {
      const operation = read.operation(tool.call.pointer, tool.call.request);
      const failed = (variant: Variant | "", finding: Finding, args?: unknown): Failure => ({
        tool: tool.listing.name,
        operation: tool.call.pointer,
        variant,
        ...finding,
        ...(args === undefined ? {} : { arguments: args }),
      });
      failures.push(...reachFaults(tool, operation).map((reason) => failed("", { question: "reachable", reason })));
      const sampler = new ArgumentSampler(tool, operation, listed.get(tool.listing.name) ?? tool.listing.inputSchema);
      const seen = new Set<string>();
      for (const variant of variantsOf(tools.length)) {
        const sampled = sampler.sample(variant, seed);
        if ("unsampled" in sampled) {
          unsampled.push({ tool: tool.listing.name, variant, reason: sampled.unsampled.slice(0, 500) });
          continue;
        }
        const { args } = sampled;
        const text = JSON.stringify(args);
        if (seen.has(text)) continue;
        seen.add(text);
        counts.calls++;
        const found = await judgeCall(bench, tool, operation, args);
        failures.push(...found.map((finding) => failed(variant, finding, args)));
        if (found.length === 0) counts.good++;
        else if (found.every(({ excused }) => excused !== undefined)) counts.excused++;
      }
    }
  } finally {
    await server.stop();
    proxy.stop();
    prism?.stop();
  }
  return {
    document,
    tools: tools.length,
    ...counts,
    unsampled,
    seconds: Math.round((performance.now() - started) / 1000),
    ...(withoutPrism === undefined ? {} : { withoutPrism }),
    failures,
  };
}

/** Documents of several files lie in a folder of their own, within which their references lead anywhere. */
function foldersOf(document: string, path: string): readonly string[] {
  const own = /^multi\/[^/]+/.exec(document)?.[0];
  return own === undefined ? [] : [path.slice(0, path.length - document.length) + own];
}

function variantsOf(tools: number): readonly Variant[] {
  return tools > manyTools
    ? ["required", "all", "low", "seed-1"]
    : ["required", "all", "low", "high", "seed-1", "seed-2", "seed-3"];
}
