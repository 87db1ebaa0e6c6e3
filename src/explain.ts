/** One tool traced to where each of its parts comes from. */
import type { Operation } from "./api/model.ts";
import { defined } from "./base/defined.ts";
import type { Mapped } from "./generate.ts";
import { pointerTo, pointerTokens } from "./base/json.ts";
import { reasonsOf } from "./mcp/reasons.ts";
import type { Loss, Reason, Tool } from "./mcp/model.ts";
import type { DocumentPlace, SpecDocument } from "./document/document.ts";
import { traceField } from "./document/trace.ts";
import { shownCostsOf } from "./mcp/plan/served-list.ts";

/** Why a tool is as it is. Its shape is stable: new fields may come, none goes within a major version. */
export interface ExplainedTool {
  readonly tool: string;
  readonly api: string;
  /** Method and path. */
  readonly request: string;
  readonly operationId?: string;
  /** Of the operation. */
  readonly place: DocumentPlace;
  readonly title: string;
  readonly description: string;
  readonly hints: Tool["listing"]["annotations"];
  /** Whether the list has it; else it is found. */
  readonly listed: boolean;
  /** Estimated, of its entry as the list has it, or would have it. */
  readonly tokens: number;
  readonly reasons: readonly Reason[];
  readonly arguments: readonly ExplainedArgument[];
  readonly losses: readonly ExplainedLoss[];
}

/** An argument of the tool, or a value that the owner gives in place of one. */
export interface ExplainedArgument {
  readonly name: string;
  /** Whether a model sees it. */
  readonly listed: boolean;
  readonly required: boolean;
  /** Where it goes, in words: `query parameter "limit", style form, exploded`. */
  readonly goes: string;
  /** What gives its value in place of the model. */
  readonly supplied?: "fixed" | "default" | "environment";
  readonly place: DocumentPlace;
}

/** A loss with the place of the argument that it is in. */
export interface ExplainedLoss extends Loss {
  readonly place: DocumentPlace;
}

type Plan = Tool["call"]["request"];

/** Traces a tool of a server to its documents. */
export function explain(tool: Tool, { model, documents, inputs }: Mapped): ExplainedTool {
  const index = model.apis.findIndex(({ groups }) => groups.some(({ tools }) => tools.includes(tool)));
  const [server, document, input] = [model.apis[index], documents[index], inputs[index]];
  const operation = input?.api.operations.find(({ pointer }) => pointer === tool.call.pointer);
  if (server === undefined || document === undefined || input === undefined || operation === undefined)
    throw new Error(`The tool ${tool.listing.name} is none of this server`);
  const { listing, call } = tool;
  const traced = tracedArguments(tool, operation, document);
  const places = new Map(traced.map(({ name, place }) => [name, place]));
  const place = document.placeOf(operation.pointer);
  const cost = shownCostsOf(model).get(listing.name);
  return {
    tool: listing.name,
    api: server.data.name,
    request: `${call.request.method} ${call.request.path}`,
    ...defined({ operationId: tool.operationId }),
    place,
    title: listing.title,
    description: listing.description,
    hints: listing.annotations,
    listed: cost?.isListed ?? false,
    tokens: cost?.tokens ?? 0,
    reasons: reasonsOf(tool, operation, server),
    arguments: traced,
    losses: tool.losses.map((loss) => ({ ...loss, place: places.get(pointerTokens(loss.pointer)[1] ?? "") ?? place })),
  };
}

function tracedArguments(tool: Tool, operation: Operation, document: SpecDocument): readonly ExplainedArgument[] {
  const { parameters, body } = tool.call.request;
  const { properties, required = [] } = tool.listing.inputSchema;
  const supplied = new Map((tool.call.supplied ?? []).map(({ argument, kind }) => [argument, kind]));
  const traced = (name: string, goes: string, pointer: string): ExplainedArgument => {
    const source = supplied.get(name);
    return {
      name,
      listed: Object.hasOwn(properties, name),
      required: required.includes(name),
      goes,
      ...defined({ supplied: source }),
      place: document.placeOf(pointer),
    };
  };
  const types = (body?.contents ?? []).map(({ mediaType }) => mediaType);
  const content =
    operation.body?.contents.find(({ mediaType }) => mediaType === types[0]) ?? operation.body?.contents[0];
  const schema = content === undefined ? operation.pointer : pointerTo(content.pointer, "schema");
  return [
    ...parameters.map((plan) => traced(plan.argument, parameterText(plan), parameterPointer(plan, operation))),
    ...(body?.argument === undefined
      ? []
      : [traced(body.argument, `whole body, as ${types.join(" or ")}`, content?.pointer ?? operation.pointer)]),
    ...(body?.fields ?? []).map(({ argument, name }) =>
      traced(
        argument,
        `field "${name}" of the body, as ${types.join(" or ")}`,
        traceField(document.root, schema, name),
      ),
    ),
    ...(body?.mediaTypeArgument === undefined
      ? []
      : [traced(body.mediaTypeArgument, "media type of the body", operation.body?.pointer ?? operation.pointer)]),
  ];
}

function parameterText({
  in: location,
  name,
  style,
  explode,
  mediaType,
  allowReserved,
}: Plan["parameters"][number]): string {
  const written =
    mediaType === undefined
      ? `style ${style}${explode ? ", exploded" : ""}${allowReserved === true ? ", reserved characters as they are" : ""}`
      : `as ${mediaType}`;
  return `${location} parameter "${name}", ${written}`;
}

function parameterPointer({ in: location, name }: Plan["parameters"][number], operation: Operation): string {
  const found = operation.parameters.find((parameter) => parameter.in === location && parameter.name === name);
  return found?.pointer ?? operation.pointer;
}
