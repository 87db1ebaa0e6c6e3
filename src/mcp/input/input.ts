/** The input of a tool: the schemas of its arguments as clients see them and as the server checks them. */
import type { Operation } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, pointerTo } from "../../base/json.ts";
import { legibleText, plainText } from "../../base/plain-text.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import { escapedText } from "../../base/visible.ts";
import type { CuratedArguments } from "../curation/curate-argument.ts";
import { withTypes } from "../listed/any-value.ts";
import { isImpossible } from "../listed/exclusive-alternatives.ts";
import { legible } from "../listed/legible.ts";
import { leavingSomething, offeredSchema } from "../listed/offered.ts";
import { PortableProfile } from "../listed/portable.ts";
import { withValuesOnce } from "../listed/repeated-values.ts";
import type { Loss, Reason, SuppliedArgument, ToolListing } from "../model.ts";
import { bodyText, quoted, repeats } from "../text/describe.ts";
import { joinSentences, withNotes } from "../text/sentence.ts";
import type { Argument } from "./argument.ts";
import { isFile, listedFiles, portableFile, validationFile } from "./file-argument.ts";
import { type BodyPlan, type InputPlan, planInput } from "./input-plan.ts";

export interface ToolInput {
  /** What clients see. */
  readonly listed: ToolListing["inputSchema"];
  /** What the server validates with. */
  readonly whole: JsonObject;
  readonly parameters: InputPlan["parameters"];
  readonly body: BodyPlan | undefined;
  /** What is said of the body as a whole, where its fields stand beside the parameters. */
  readonly bodyText: string | undefined;
  /** What the server adds to the arguments of a call. */
  readonly supplied: readonly SuppliedArgument[];
  /** Schema of each argument that a model sees, by its name, as the document has it. */
  readonly arguments: ReadonlyMap<string, { readonly schema: SchemaNode; readonly required: boolean }>;
  readonly reasons: readonly Reason[];
  readonly losses: readonly Loss[];
}

/** What the owner makes of the arguments of a tool. */
type Curate = (list: readonly Argument[]) => CuratedArguments;

/** The inputs of the tools of one API. An operation's arguments are planned once, and written once as the document has them. */
export class ToolInputs {
  readonly #profile = new PortableProfile();
  readonly #plans = new Map<Operation, InputPlan>();
  readonly #plain = new Map<Operation, ToolInput>();

  /** As the document has it. */
  plain(operation: Operation): ToolInput {
    let input = this.#plain.get(operation);
    if (input === undefined) this.#plain.set(operation, (input = writeInput(this.#planOf(operation), this.#profile)));
    return input;
  }

  /** As the owner wants it. */
  curated(operation: Operation, curate: Curate): ToolInput {
    return writeInput(this.#planOf(operation), this.#profile, curate);
  }

  #planOf(operation: Operation): InputPlan {
    let plan = this.#plans.get(operation);
    if (plan === undefined) this.#plans.set(operation, (plan = planInput(operation)));
    return plan;
  }
}

function writeInput(plan: InputPlan, profile: PortableProfile, curate?: Curate): ToolInput {
  const { operation, list, parameters, body, reasons } = plan;
  const curated = curate?.(list);
  const shown = curated?.list ?? list;
  const { losses, ...schemas } = writeSchemas(shown, profile);
  const called = (name: string): string => curated?.names.get(name) ?? name;
  return {
    ...schemas,
    losses: [...losses, ...plan.losses],
    parameters:
      curated === undefined
        ? parameters
        : parameters.map((parameter) => ({ ...parameter, argument: called(parameter.argument) })),
    body: curated === undefined || body === undefined ? body : renamedBody(body, called),
    bodyText:
      body?.fields === undefined
        ? undefined
        : bodyText(
            operation,
            shown.map(({ name }) => name),
          ),
    supplied: curated?.supplied ?? [],
    arguments: new Map(shown.map((argument) => [argument.name, argument])),
    reasons: [...reasons, ...(curated?.reasons ?? [])],
  };
}

function renamedBody(body: BodyPlan, called: (name: string) => string): BodyPlan {
  const { argument, fields, mediaTypeArgument } = body;
  return {
    ...body,
    ...(argument === undefined ? {} : { argument: called(argument) }),
    ...(fields === undefined
      ? {}
      : { fields: fields.map((field) => ({ ...field, argument: called(field.argument) })) }),
    ...(mediaTypeArgument === undefined ? {} : { mediaTypeArgument: called(mediaTypeArgument) }),
  };
}

/** About how many characters the description of an argument takes that is required, and of one that is not. */
const longestRequired = 500;
const longestOptional = 300;

function writeSchemas(
  list: readonly Argument[],
  profile: PortableProfile,
): Pick<ToolInput, "listed" | "whole" | "losses"> {
  const losses: Loss[] = [];
  const required = list.filter((argument) => argument.required).map(({ name }) => name);
  const written = list.map((argument): [string, SchemaNode] => {
    const pointer = pointerTo("/properties", argument.name);
    const longest = argument.required ? longestRequired : longestOptional;
    const narrowed = profile.narrow(withDescription(offeredSchema(argument), argument), longest);
    const portable = isFileLike(argument.schema)
      ? withDescription(portableFile(argument.schema), argument)
      : listedFiles(argument.schema, standalone.of(narrowed.schema));
    const schema = standalone.of(legible(leavingSomething(portable, argument).keywords, escapedText));
    losses.push(...narrowed.losses.map((loss) => ({ ...loss, pointer: `${pointer}${loss.pointer}` })));
    return [argument.name, withTypes(withText(schema, argument))];
  });
  const listed = withValuesOnce(written);
  const texts = new Map(listed.map(([name, { description }]) => [name, description]));
  const whole = list.map((argument): [string, Json] => [
    argument.name,
    wholeSchema(argument, texts.get(argument.name)).json,
  ]);
  const envelope = { ...(required.length === 0 ? {} : { required }), additionalProperties: false } as const;
  const properties = listed.map(([name, { keywords }]): [string, JsonObject] => [name, keywords]);
  return {
    listed: { type: "object", properties: Object.fromEntries(properties), ...envelope },
    whole: { type: "object", properties: Object.fromEntries(whole), ...envelope },
    losses,
  };
}

/** The schema of an argument with what the document says of the parameter itself, where it does, and what of its values. */
function withDescription(schema: SchemaNode, { description, deprecated }: Argument): SchemaNode {
  const own = plainText(schema.whole.description ?? "");
  const texts = description === undefined ? [] : [description, repeats(description, own) ? undefined : own];
  return schema.with({
    ...(description === undefined ? {} : { description: joinSentences(texts) }),
    ...(deprecated ? { deprecated } : {}),
  });
}

/** The schema of an argument as the document has it, with the text that is listed where there is one besides. */
function wholeSchema({ schema, description, told, wireName }: Argument, listed: string | undefined): SchemaNode {
  // Where the document contradicts itself nothing would do, and the API knows better.
  const valid = isImpossible(schema) ? schema.schemas.anything : validationFile(schema);
  return (description ?? told ?? wireName) === undefined || listed === undefined || valid.isBoolean
    ? valid
    : valid.with({ description: listed });
}

function isFileLike(schema: SchemaNode): boolean {
  return isFile(schema) || (schema.items !== undefined && isFile(schema.items));
}

/** Puts the owner's words in place of the document's, and a short example behind them. */
function withText(schema: SchemaNode, { told, example, examples, wireName, unsendable }: Argument): SchemaNode {
  const text = told ?? schema.description;
  const short = typeof example === "string" || typeof example === "number" ? String(example) : "";
  const isShown = short !== "" && short.length <= 40 && !schema.says("enum") && !text?.includes(short);
  const shown = examples !== undefined ? examplesText(examples) : isShown ? `Example: ${plainText(short)}.` : undefined;
  const called = wireName === undefined ? undefined : `Called ${quoted(wireName)} in the API.`;
  const description = withNotes(text, [called, unsendable, shown]);
  if (description === (schema.description ?? "")) return schema;
  const { type, description: _, ...rest } = schema.keywords;
  return standalone.of({ ...defined({ type }), description, ...rest });
}

/** The owner's examples, as far as they are short; text as it is, anything else as JSON. */
function examplesText(examples: readonly Json[]): string | undefined {
  const texts = examples.map((value) => legibleText(typeof value === "string" ? value : JSON.stringify(value)));
  const [first, ...others] = texts.filter((text) => text !== "" && text.length <= 120).slice(0, 5);
  if (first === undefined) return undefined;
  return others.length === 0 ? `Example: ${first}.` : `Examples: ${[first, ...others].join("; ")}.`;
}
