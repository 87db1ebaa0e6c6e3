/** The arguments of a tool before their schemas are written: parameters and body fields side by side, each with a name. */
import type { Operation, Parameter } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { plainText } from "../../base/plain-text.ts";
import { standalone } from "../../base/schema/node.ts";
import { isImpossible } from "../listed/exclusive-alternatives.ts";
import type { ArgumentPlace } from "../listed/offered.ts";
import { sendableSchema, withoutNull } from "../listed/sendable.ts";
import type { CallPlan, Loss, Reason } from "../model.ts";
import { ArgumentNames } from "../names/argument-name.ts";
import type { Argument } from "./argument.ts";
import { type ShapedBody, shapeBody } from "./body-choice.ts";
import { segmentNote } from "./path-segment.ts";

type ParameterPlan = CallPlan["request"]["parameters"][number];
export type BodyPlan = NonNullable<CallPlan["request"]["body"]>;

export interface InputPlan {
  readonly operation: Operation;
  readonly list: readonly Argument[];
  /** Where each argument goes in the request. */
  readonly parameters: readonly ParameterPlan[];
  readonly body: BodyPlan | undefined;
  readonly reasons: readonly Reason[];
  /** Bodies that the document allows and no argument makes. */
  readonly losses: readonly Loss[];
}

const locations: readonly Parameter["in"][] = ["path", "query", "querystring", "header", "cookie"];

/** Plans the arguments of an operation's tool. */
export function planInput(operation: Operation): InputPlan {
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
    const { argument, plan } = plannedParameter(parameter, name);
    const unsendable = segmentNote(parameter, operation.template);
    list.push(unsendable === undefined ? argument : { ...argument, unsendable });
    return plan;
  });
  const shaped = operation.body === undefined ? undefined : shapeBody(operation.body, operation.method);
  const body = shaped === undefined ? undefined : planBody(shaped, names, list, reasons);
  return { operation, list, parameters, body, reasons, losses: contentLosses(shaped) };
}

interface PlannedParameter {
  readonly argument: Argument;
  readonly plan: ParameterPlan;
}

/** What a parameter becomes under its own name: operations share parameters. */
const planned = new WeakMap<Parameter, PlannedParameter>();

function plannedParameter(parameter: Parameter, name: string): PlannedParameter {
  let found = planned.get(parameter);
  if (found === undefined) planned.set(parameter, (found = planParameter(parameter)));
  if (name === parameter.name) return found;
  return {
    argument: { ...found.argument, name, wireName: parameter.name },
    plan: { ...found.plan, argument: name },
  };
}

function planParameter(parameter: Parameter): PlannedParameter {
  const { name, required, deprecated, example, in: place } = parameter;
  const description = textOf(parameter.description);
  return {
    argument: { name, schema: sendableSchema(parameter), description, required, deprecated, example, place },
    plan: parameterPlan(parameter, name),
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
