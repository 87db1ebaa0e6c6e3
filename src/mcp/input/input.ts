/** The arguments of a tool: parameters and body fields side by side, each with a name of its own. */
import type { Operation, Parameter } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, pointerTo } from "../../base/json.ts";
import { legibleText, plainText } from "../../base/plain-text.ts";
import { type SchemaNode, standalone } from "../../base/schema/node.ts";
import { escapedText } from "../../base/visible.ts";
import { withTypes } from "../listed/any-value.ts";
import { isImpossible } from "../listed/apart.ts";
import { type ShapedBody, shapeBody } from "./body-choice.ts";
import { bodyText, quoted, repeats } from "../text/describe.ts";
import { withValuesOnce } from "../listed/repeated-values.ts";
import { joinSentences, withNotes } from "../text/sentence.ts";

import { ArgumentNames } from "../names/argument-name.ts";
import type { Argument } from "./argument.ts";
import { segmentNote } from "./path-segment.ts";
import type { CuratedArguments } from "../curation/curate-argument.ts";
import { isFile, listedFiles, portableFile, validationFile } from "./file-argument.ts";
import { legible } from "../listed/legible.ts";
import type { CallPlan, Loss, Reason, SuppliedArgument, ToolListing } from "../model.ts";
import { type ArgumentPlace, leavingSomething, offeredSchema } from "../listed/offered.ts";
import type { PortableProfile } from "../listed/portable.ts";
import { sendableSchema, withoutNull } from "../listed/sendable.ts";

type ParameterPlan = CallPlan["request"]["parameters"][number];
type BodyPlan = NonNullable<CallPlan["request"]["body"]>;

export interface ToolInput {
  /** What clients see. */
  readonly listed: ToolListing["inputSchema"];
  /** What the server validates with. */
  readonly whole: JsonObject;
  readonly parameters: readonly ParameterPlan[];
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

const locations: readonly Parameter["in"][] = ["path", "query", "querystring", "header", "cookie"];

/**
 * Builds the arguments of an operation's tool, and where each of them goes in the request.
 *
 * @param curate what the owner makes of the arguments; default: they stay as they are
 */
export function buildInput(
  operation: Operation,
  profile: PortableProfile,
  curate?: (list: readonly Argument[]) => CuratedArguments,
): ToolInput {
  const names = new ArgumentNames();
  const reasons: Reason[] = [];
  const list: Argument[] = [];
  const ordered = locations.flatMap((location) =>
    operation.parameters.filter((parameter) => parameter.in === location),
  );
  const parameters = ordered.map((parameter): ParameterPlan => {
    const name = names.allocate(parameter.name, parameter.in);
    if (name !== parameter.name)
      reasons.push({
        about: "arguments",
        text: `"${name}" stands for the ${parameter.in} parameter "${parameter.name}"`,
      });
    list.push({
      name,
      schema: sendableSchema(parameter),
      required: parameter.required,
      description: textOf(parameter.description),
      unsendable: segmentNote(parameter, operation.template),
      deprecated: parameter.deprecated,
      example: parameter.example,
      place: parameter.in,
      ...(name === parameter.name ? {} : { wireName: parameter.name }),
    });
    return parameterPlan(parameter, name);
  });
  const shaped = operation.body === undefined ? undefined : shapeBody(operation.body, operation.method);
  const body = shaped === undefined ? undefined : planBody(shaped, names, list, reasons);
  const curated = curate?.(list);
  const shown = curated?.list ?? list;
  const { losses, ...schemas } = writeSchemas(shown, profile);
  const called = (name: string): string => curated?.names.get(name) ?? name;
  return {
    ...schemas,
    losses: [...losses, ...contentLosses(shaped)],
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

function parameterPlan(parameter: Parameter, argument: string): ParameterPlan {
  return {
    argument,
    name: parameter.name,
    in: parameter.in,
    style: parameter.style,
    explode: parameter.explode,
    ...(parameter.allowReserved ? { allowReserved: true } : {}),
    ...(parameter.allowSlashes === true ? { allowSlashes: true } : {}),
    ...(parameter.allowEmptyValue ? { allowEmptyValue: true } : {}),
    ...defined({ mediaType: parameter.mediaType }),
  };
}

function planBody(shaped: ShapedBody, names: ArgumentNames, list: Argument[], reasons: Reason[]): BodyPlan | undefined {
  const plan = planValue(shaped, names, list, reasons);
  if (plan === undefined || plan.contents.length < 2) return plan;
  const mediaTypeArgument = names.allocate("content_type", "body");
  const mediaTypes = plan.contents.map(({ mediaType }) => mediaType);
  list.push({
    name: mediaTypeArgument,
    schema: standalone.of({ type: "string", enum: mediaTypes, default: mediaTypes[0] ?? "" }),
    required: false,
    description: "Media type to send the body as.",
    deprecated: false,
    example: undefined,
    place: "body",
  });
  return { ...plan, mediaTypeArgument };
}

/** Bodies that the document allows and no argument makes. */
function contentLosses(shaped: ShapedBody | undefined): readonly Loss[] {
  return (shaped?.left ?? []).map((mediaType) => ({
    kind: "body",
    pointer: "",
    text: `a body of ${mediaType} cannot be chosen, since it takes other arguments`,
  }));
}

function planValue(
  shaped: ShapedBody,
  names: ArgumentNames,
  list: Argument[],
  reasons: Reason[],
): BodyPlan | undefined {
  const { body, contents, shape } = shaped;
  reasons.push({ about: "body", text: shaped.reason });
  const place = placeOf(contents[0]?.encoding);
  if (shape.kind === "whole") {
    const argument = names.allocate("body", "body");
    list.push({
      name: argument,
      schema: shape.schema,
      required: shape.required,
      description: textOf(body.description),
      deprecated: false,
      example: undefined,
      place,
    });
    return { required: body.required, argument, contents };
  }
  // A field that no value fits would only invite calls that are refused.
  const sendable = shape.fields.filter(({ schema, required }) => required || !isImpossible(schema));
  if (sendable.length === 0 && !body.required) return undefined;
  const fields = sendable.map(({ name, schema, required }) => {
    const argument = names.allocate(name, "body");
    if (argument !== name)
      reasons.push({ about: "arguments", text: `"${argument}" stands for the body field "${name}"` });
    list.push({
      name: argument,
      schema: place === "form" && required ? withoutNull(schema) : schema,
      required,
      description: undefined,
      deprecated: false,
      example: undefined,
      place,
      ...(argument === name ? {} : { wireName: name }),
    });
    return { argument, name };
  });
  return { required: body.required || sendable.some(({ required }) => required), fields, contents };
}

function placeOf(encoding: BodyPlan["contents"][number]["encoding"] | undefined): ArgumentPlace {
  if (encoding === "form" || encoding === "multipart") return "form";
  return encoding === "text" || encoding === "binary" ? "raw" : "body";
}

function textOf(text: string | undefined): string | undefined {
  const plain = plainText(text ?? "");
  return plain === "" ? undefined : plain;
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
