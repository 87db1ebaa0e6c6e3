/** Whether what a tool lists is taken: values sampled from its listed schema, before the check and the request of its server. */
import { everyPart } from "../runtime/parts.ts";
import { generate } from "../../src/index.ts";
import { servedList } from "../../src/mcp/plan/served-list.ts";
import type { JsonObject } from "../../src/base/json.ts";
import type { ServerApi, Tool } from "../../src/mcp/model.ts";
import type { SchemaData } from "../../templates/always/src/runtime/data/model.ts";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import { fileReader } from "../../templates/always/src/runtime/request/file.ts";
import type { SchemaLookup } from "../../templates/always/src/runtime/validation/schema.ts";
import { argumentValidator } from "../../templates/always/src/runtime/validation/validate.ts";
import { ArgumentSampler } from "../fidelity/arguments.ts";
import type { Variant } from "../fidelity/sample.ts";

/** A call that the listed schema invites and the server refuses. */
export interface Refusal {
  readonly tool: string;
  readonly variant: Variant;
  /** What a caller is told. */
  readonly reason: string;
  readonly args: JsonObject;
}

export interface ListedReport {
  readonly tools: number;
  readonly calls: number;
  /** Listed schemas of which no value was found. */
  readonly unsampled: readonly string[];
  readonly refused: readonly Refusal[];
  /** Refused for what the tool says in words only. */
  readonly told: readonly Refusal[];
}

const variants: readonly Variant[] = ["required", "all", "low", "high", "seed-1", "seed-2", "open-1", "open-2"];

/** Calls every tool of a document with what it lists; nothing is sent. */
export async function judgeListed(
  path: string,
  allowRefFolders: readonly string[] = [],
  seed = "1",
): Promise<ListedReport> {
  const { model } = await generate({ inputs: [path], allowRefFolders, list: { mode: "all" } });
  const refused: Refusal[] = [];
  const told: Refusal[] = [];
  const unsampled: string[] = [];
  let [tools, calls] = [0, 0];
  const folded = new Map(
    servedList(model.apis, { mode: "all", folded: true, listed: [] }).map((entry) => [entry.name, entry.inputSchema]),
  );
  for (const api of model.apis) {
    const server = new Checks(api);
    for (const tool of api.groups.flatMap((group) => group.tools)) {
      tools++;
      const { name } = tool.listing;
      const samplers = [tool.listing.inputSchema, folded.get(name)].flatMap((schema) =>
        schema === undefined ? [] : [new ArgumentSampler(tool, undefined, schema)],
      );
      const reasonOf = server.of(tool);
      const words = JSON.stringify([tool.listing.inputSchema, folded.get(name)]);
      const seen = new Set<string>();
      for (const [sampler, variant] of samplers.flatMap((each) =>
        variants.map((variant) => [each, variant] as const),
      )) {
        const sampled = sampler.sample(variant, seed);
        if ("unsampled" in sampled) {
          unsampled.push(`${name} ${variant}: ${sampled.unsampled.slice(0, 300)}`);
          continue;
        }
        const { args } = sampled;
        const text = JSON.stringify(args);
        if (seen.has(text)) continue;
        seen.add(text);
        calls++;
        const reason = await reasonOf(args);
        if (reason === undefined) continue;
        (isTold(reason, words) ? told : refused).push({ tool: name, variant, reason, args });
      }
    }
  }
  return { tools, calls, unsampled, refused, told };
}

/** Whether each rule that was broken stands in a description: a pattern, or names, that the listed schema cannot have. */
export function isTold(reason: string, words: string): boolean {
  return reason.split("\n").every((line) => {
    if (/ has to match the pattern /.test(line)) return words.includes("Has to match ");
    if (/ may not have ".*Properties: /.test(line)) return words.includes("Properties: ");
    if (/ must not make a path segment that is empty, “\.” or “\.\.”/.test(line)) return words.includes("“.” or “..”");
    if (/ has to be one of /.test(line)) return words.includes("Takes the values that ");
    return /^and \d+ more$/.test(line);
  });
}

/** The checks of one API's server, in this process. */
class Checks {
  readonly #definitions: SchemaData;
  readonly #lookup: SchemaLookup = {};
  readonly #readFile = fileReader({
    root: undefined,
    fetchUrl: () => Promise.resolve({ bytes: new Uint8Array(), filename: "file" }),
  });

  constructor({ schemas }: ServerApi) {
    this.#definitions = Object.fromEntries(schemas);
  }

  /** Why arguments of a tool are refused; `undefined` where they are taken. */
  of({ listing, call }: Tool): (args: JsonObject) => Promise<string | undefined> {
    const input = call.input ?? (listing.inputSchema as unknown as JsonObject);
    const validate = argumentValidator(listing.inputSchema, input, this.#definitions, this.#lookup);
    // Plans reach the runtime as JSON.
    const plan = JSON.parse(JSON.stringify(call.request)) as typeof call.request;
    return async (args) => {
      const validated = validate(args);
      if (!validated.valid) return validated.message;
      try {
        await buildRequest(plan, validate.exact(validated.args), {
          baseUrl: "https://api.example.com",
          writers: everyPart,
          readFile: this.#readFile,
        });
        return undefined;
      } catch (fault) {
        return fault instanceof Error ? fault.message : String(fault);
      }
    };
  }
}
