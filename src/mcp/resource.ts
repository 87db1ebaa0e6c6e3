/** GET operations as resources: what can be read by URI, each with the tool that reads it. */
import type { Operation } from "../api/model.ts";
import type { SchemaNode } from "../base/schema/node.ts";
import { visible } from "../base/visible.ts";
import { words } from "./names/words.ts";
import type { BuiltTool } from "./built-tool.ts";
import { type SharedData, ownResource } from "./curation/curate-resource.ts";
import type { Tell } from "./curation/decision.ts";
import type { ResourceData, Tool } from "./model.ts";
import { jsonContent, resultSchema, successes } from "./listed/output.ts";
import { collectionOf, type ListPlace } from "./pages/list-place.ts";

type Variable = ResourceData["variables"][number];

/** The collection that an item lies in. */
interface Sibling {
  readonly tool: string;
  readonly parameters: Tool["call"]["request"]["parameters"];
  readonly collection: ListPlace;
}

/**
 * Resources and resource templates: one for each GET collection, one for each GET item. A collection that can be read
 * without variables is listed as a resource, and as a template too where its query can be narrowed.
 */
export function buildResources(
  tools: readonly BuiltTool[],
  scheme: string,
  tell: Tell = () => {},
): readonly ResourceData[] {
  const collections = new Map<string, Sibling>();
  for (const { operation, tool, result } of tools) {
    const collection =
      operation.method === "GET" && !endsInParameter(operation) ? collectionOf(operation.template, result) : undefined;
    if (collection !== undefined)
      collections.set(operation.template, {
        tool: tool.listing.name,
        parameters: tool.call.request.parameters,
        collection,
      });
  }
  const siblingOf = ({ template: path }: Operation): Sibling | undefined =>
    collections.get(path.slice(0, path.lastIndexOf("/")));
  const owned = new Map(
    tools.flatMap((built) => {
      if (built.resource === undefined) return [];
      const variables = variablesOf(built, siblingOf(built.operation));
      return [[built.tool.listing.name, ownResource(built, variables, sharedOf(built), tell)] as const];
    }),
  );
  const taken = new Set([...owned.values()].flatMap((list) => list.map(({ uri }) => uri)));
  return tools.flatMap((built) => {
    const { operation } = built;
    const own = owned.get(built.tool.listing.name);
    if (own !== undefined) return own;
    if (operation.method !== "GET" || !isReadable(built)) return [];
    const isItem = endsInParameter(operation);
    if (!isItem && !collections.has(operation.template)) return [];
    const sibling = isItem ? siblingOf(operation) : undefined;
    return entries(built, scheme, sibling).filter(({ uri }) => !taken.has(uri) && taken.add(uri) !== undefined);
  });
}

function endsInParameter({ template: path }: Operation): boolean {
  return (
    path
      .replace(/[?#].*$/, "")
      .split("/")
      .at(-1) ?? ""
  ).includes("{");
}

/** Why an operation can be read as a resource, or cannot, where nobody decided it. */
export function resourceReason(operation: Operation, tool: Tool, resources: readonly ResourceData[]): string {
  const own = resources.filter((resource) => resource.tool === tool.listing.name);
  const collection = collectionOf(operation.template, resultSchema(operation));
  if (own.length > 0) {
    const uris = own.map(({ uri }) => visible(uri)).join(" and ");
    if (endsInParameter(operation))
      return `read as ${uris}, since the path ends in a parameter: it stands for one item`;
    const list = collection?.items === "" ? "is a list" : `holds one list, at ${visible(collection?.items ?? "")}`;
    return `read as ${uris}, since the answer ${list}`;
  }
  if (operation.method !== "GET") return `no resource: ${visible(operation.method)} is no GET`;
  const placed = new Set(tool.call.request.parameters.map(({ argument }) => argument));
  const missing = (tool.listing.inputSchema.required ?? []).find((name) => !placed.has(name));
  if (missing !== undefined) return `no resource: a URI cannot carry the argument "${visible(missing)}" of the body`;
  if (!endsInParameter(operation) && collection === undefined)
    return "no resource: the path ends in no parameter, and the answer is neither a list nor an object around one";
  return "no resource: another operation has the same URI";
}

/** A URI can carry every argument that the tool needs. */
function isReadable({ arguments: known, tool }: BuiltTool): boolean {
  const placed = new Set(tool.call.request.parameters.map(({ argument }) => argument));
  return [...known].every(([name, { required }]) => !required || placed.has(name));
}

function entries(built: BuiltTool, scheme: string, sibling: Sibling | undefined): readonly ResourceData[] {
  const { tool } = built;
  const variables = variablesOf(built, sibling);
  const path = variables.filter((variable) => variable.in === "path");
  const query = variables.filter((variable) => variable.in === "query");
  const needed = query.some(({ argument }) => built.arguments.get(argument)?.required === true);
  const base = `${scheme}://${uriPath(built, path)}`;
  const shared = sharedOf(built);
  const template: ResourceData = {
    uri: query.length === 0 ? base : `${base}{?${query.map(({ name }) => name).join(",")}}`,
    template: true,
    name: `${tool.listing.name}_template`,
    ...shared,
    variables,
  };
  if (path.length > 0 || needed) return [{ ...template, name: tool.listing.name }];
  const fixed: ResourceData = { uri: base, template: false, name: tool.listing.name, ...shared, variables: [] };
  return query.length === 0 ? [fixed] : [fixed, template];
}

function sharedOf({ operation, tool }: BuiltTool): SharedData {
  return {
    title: tool.listing.title,
    description: tool.listing.description,
    mimeType:
      jsonContent(operation)?.mediaType ?? successes(operation)[0]?.contents[0]?.mediaType ?? "application/json",
    tool: tool.listing.name,
  };
}

/**
 * The path of the API as the path of a URI: literal parts percent-encoded, placeholders by variable name. One that the
 * owner fills in is no variable: its own name stands there, not its value.
 */
function uriPath({ operation, tool }: BuiltTool, variables: readonly Variable[]): string {
  const places = new Map(
    tool.call.request.parameters.flatMap(({ in: place, name, argument }) => {
      const variable = variables.find((candidate) => candidate.argument === argument);
      return place === "path" ? [[name, variable === undefined ? encoded(name) : `{${variable.name}}`] as const] : [];
    }),
  );
  return operation.template
    .replace(/[?#].*$/, "")
    .slice(1)
    .split(/(\{[^{}]*\})/)
    .map((part) => (part.startsWith("{") ? (places.get(part.slice(1, -1)) ?? part) : encoded(part)))
    .join("");
}

function encoded(text: string): string {
  return encodeURI(wellFormed(text)).replace(/[?#{}]/g, encodeURIComponent);
}

/** Half of a surrogate pair has no bytes in UTF-8, so no percent-encoding either. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

function variablesOf(built: BuiltTool, sibling: Sibling | undefined): readonly Variable[] {
  const taken = new Set<string>();
  const { parameters } = built.tool.call.request;
  const last = parameters.filter((parameter) => parameter.in === "path").at(-1);
  // What only accompanies a request, such as its id in a header, does not say which resource is meant.
  const shown = parameters.filter(
    ({ in: place, argument }) =>
      built.arguments.has(argument) &&
      ((place !== "header" && place !== "cookie") || built.arguments.get(argument)?.required === true),
  );
  const named = shown.map((parameter) => ({ parameter, name: variableName(parameter.argument, taken) }));
  const needsQuery = shown.some(
    (parameter) => parameter.in !== "path" && built.arguments.get(parameter.argument)?.required === true,
  );
  return named.map(({ parameter, name }) => {
    const schema = built.arguments.get(parameter.argument)?.schema.whole;
    const values = schema?.enum ?? schema?.items?.whole.enum ?? [];
    const texts = values.filter((value) => typeof value === "string" || typeof value === "number").map(String);
    const property =
      sibling === undefined || parameter !== last
        ? undefined
        : identifyingProperty(parameter.name, sibling.collection.item);
    return {
      name,
      argument: parameter.argument,
      in: parameter.in === "path" ? "path" : "query",
      ...(texts.length === 0 ? {} : { values: texts }),
      ...(sibling === undefined || property === undefined
        ? {}
        : {
            list: {
              tool: sibling.tool,
              items: sibling.collection.items,
              property,
              ...(needsQuery ? {} : { parents: parentsOf(named, sibling) }),
            },
          }),
      type: variableType(schema?.types.find((type) => type !== "null")),
    };
  });
}

/** Arguments of the collection's tool that stand for the variables before the item's own. Their paths begin alike. */
function parentsOf(
  named: readonly { readonly parameter: Sibling["parameters"][number]; readonly name: string }[],
  { parameters }: Sibling,
): { readonly [variable: string]: string } {
  return Object.fromEntries(
    named.flatMap(({ parameter, name }) => {
      const same = parameters.find((other) => other.in === "path" && other.name === parameter.name);
      return parameter.in === "path" && same !== undefined ? [[name, same.argument]] : [];
    }),
  );
}

/** Variable names of RFC 6570 §2.3, without percent-encoding. */
function variableName(argument: string, taken: Set<string>): string {
  const wish = argument.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_") || "_";
  let name = wish;
  for (let number = 2; taken.has(name); number++) name = `${wish}_${number}`;
  taken.add(name);
  return name;
}

function variableType(type: string | undefined): Variable["type"] {
  return type === "number" || type === "integer" || type === "boolean" || type === "array" || type === "object"
    ? type
    : "string";
}

/** The property of a list's items that a path parameter asks for: `petId` asks for `petId`, else for `id`. */
function identifyingProperty(parameter: string, item: SchemaNode): string | undefined {
  const names = item.whole.propertyNames;
  const wanted = words(parameter);
  const exact = names.find((name) => words(name).join() === wanted.join());
  return (
    exact ??
    names.find((name) => words(name).join() === wanted.slice(-1).join()) ??
    (wanted.length > 0 && names.includes("id") ? "id" : undefined)
  );
}
