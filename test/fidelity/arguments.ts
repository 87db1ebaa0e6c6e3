/** Arguments for the calls of a tool: sampled from what it lists, else from the examples of the document. */
import { type Schema, Validator } from "@cfworker/json-schema";
import { type Json, type JsonObject, fromEntries, isObject, own } from "../../src/base/json.ts";
import type { ListedTool, Tool } from "../../src/mcp/model.ts";
import type { DocumentOperation } from "./document.ts";
import { type Variant, sample } from "./sample.ts";

/** How often a sample that the listed schema does not allow is drawn again. */
const draws = 12;

/** What the sampler came to: arguments, or why there are none. */
export type Sampled = { readonly args: JsonObject } | { readonly unsampled: string };

export class ArgumentSampler {
  readonly #tool: Tool;
  readonly #operation: DocumentOperation | undefined;
  readonly #inputSchema: ListedTool["inputSchema"];
  readonly #validator: Validator;

  /** @param inputSchema as the server lists it: whole, or folded */
  constructor(tool: Tool, operation: DocumentOperation | undefined, inputSchema: ListedTool["inputSchema"]) {
    this.#tool = tool;
    this.#operation = operation;
    this.#inputSchema = inputSchema;
    this.#validator = new Validator(inputSchema as unknown as Schema, "2020-12", false);
  }

  sample(variant: Variant, seed: string): Sampled {
    const { name } = this.#tool.listing;
    let refused = "";
    for (let draw = 0; draw < draws; draw++) {
      const salt = draw === 0 ? "" : ` ${draw}`;
      const args = sample(this.#inputSchema as unknown as Json, variant, "", `${seed} ${name}${salt}`);
      if (!isObject(args)) return { args: {} };
      const fault = this.#faultOf(args);
      if (fault === undefined) return { args };
      if (draw === 0) refused = fault;
      const mended = this.#withExamples(args);
      if (this.#faultOf(mended) === undefined) return { args: mended };
    }
    return { unsampled: refused };
  }

  /** Why the listed schema forbids arguments; one that the validator cannot read allows all. */
  #faultOf(args: JsonObject): string | undefined {
    try {
      const { valid, errors } = this.#validator.validate(args);
      return valid ? undefined : errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join("; ");
    } catch {
      return undefined;
    }
  }

  /** The arguments, with the document's example for each that is wrong by itself. */
  #withExamples(args: JsonObject): JsonObject {
    const { parameters, body } = this.#tool.call.request;
    const entries = Object.keys(args).map((argument): [string, Json] => {
      const value = own(args, argument) ?? null;
      const schema = this.#inputSchema.properties[argument];
      if (schema === undefined || accepts(schema, value)) return [argument, value];
      const plan = parameters.find((parameter) => parameter.argument === argument);
      const parameter = this.#operation?.parameters.find(
        ({ in: place, name }) => place === plan?.in && name === plan.name,
      );
      const field = body?.fields?.find((candidate) => candidate.argument === argument)?.name;
      const bodies = [...(this.#operation?.body?.contents.values() ?? [])].flatMap(({ examples }) => examples);
      const examples = [
        ...(parameter?.examples ?? []),
        ...(body?.argument === argument ? bodies : []),
        ...(field === undefined ? [] : bodies.map((example) => own(example, field))),
      ];
      return [argument, examples.find((example) => example !== undefined && accepts(schema, example)) ?? value];
    });
    return fromEntries(entries);
  }
}

function accepts(schema: unknown, value: Json): boolean {
  try {
    return new Validator(schema as Schema, "2020-12").validate(value).valid;
  } catch {
    return true;
  }
}
