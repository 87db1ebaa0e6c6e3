/** The input of a tool: the schemas of its arguments as clients see them and as the server checks them. */
import type { Operation } from "../../api/model.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import type { CuratedArguments } from "../curation/curate-argument.ts";
import { PortableProfile } from "../listed/portable.ts";
import { withValuesOnce } from "../listed/repeated-values.ts";
import type { Loss, Reason, SuppliedArgument, ToolListing } from "../model.ts";
import { bodyText } from "../text/describe.ts";
import type { Argument } from "./argument.ts";
import { ArgumentWriter, wholeSchema } from "./argument-writer.ts";
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
  readonly #writer = new ArgumentWriter(new PortableProfile());
  readonly #plans = new Map<Operation, InputPlan>();
  readonly #plain = new Map<Operation, ToolInput>();

  /** As the document has it. */
  plain(operation: Operation): ToolInput {
    let input = this.#plain.get(operation);
    if (input === undefined) this.#plain.set(operation, (input = writeInput(this.#planOf(operation), this.#writer)));
    return input;
  }

  /** As the owner wants it. */
  curated(operation: Operation, curate: Curate): ToolInput {
    return writeInput(this.#planOf(operation), this.#writer, curate);
  }

  #planOf(operation: Operation): InputPlan {
    let plan = this.#plans.get(operation);
    if (plan === undefined) this.#plans.set(operation, (plan = planInput(operation)));
    return plan;
  }
}

function writeInput(plan: InputPlan, writer: ArgumentWriter, curate?: Curate): ToolInput {
  const { operation, list, parameters, body, reasons } = plan;
  const curated = curate?.(list);
  const shown = curated?.list ?? list;
  const { losses, ...schemas } = writeSchemas(shown, writer);
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

function writeSchemas(
  list: readonly Argument[],
  writer: ArgumentWriter,
): Pick<ToolInput, "listed" | "whole" | "losses"> {
  const written = list.map((argument) => writer.write(argument));
  const required = list.filter((argument) => argument.required).map(({ name }) => name);
  const listed = withValuesOnce(list.map(({ name }, index) => [name, written[index]?.listed ?? standalone.anything]));
  const properties = listed.map(([name, { keywords }]): [string, JsonObject] => [name, keywords]);
  const whole = list.map((argument, index): [string, Json] => {
    const [known, text] = [written[index], listed[index]?.[1].description];
    const isAsWritten = known !== undefined && known.listed.description === text;
    return [argument.name, (isAsWritten ? known.whole : wholeSchema(argument, text)).json];
  });
  const envelope = { ...(required.length === 0 ? {} : { required }), additionalProperties: false } as const;
  return {
    listed: { type: "object", properties: Object.fromEntries(properties), ...envelope },
    whole: { type: "object", properties: Object.fromEntries(whole), ...envelope },
    losses: written.flatMap(({ losses }) => losses),
  };
}
