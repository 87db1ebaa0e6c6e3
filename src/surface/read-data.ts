/**
 * The JSON of a project that somebody may have edited, merged or made up: what has the right shape is taken, the rest
 * is left out.
 */
import { defined } from "../base/defined.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../base/json.ts";
import type {
  AliasData,
  JobsData,
  JsonSchema,
  ListMode,
  PromptData,
  ResourceData,
  ToolListing,
  WorkflowData,
} from "../mcp/model.ts";
import type { DestinationScheme, Destinations, Traffic } from "./egress.ts";
import type { SurfaceRequest, SurfaceServer } from "./surface.ts";

const listModes: readonly ListMode[] = ["all", "planned", "discovery"];

/** Levels beyond which a file of a project is no file of ours. */
const deepest = 200;

/** The value of a JSON text, or `undefined` where it is none, or nested beyond all use. */
export function parseData(text: string): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return undefined;
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? (Object.values(item) as readonly Json[]) : [],
    );
  }
  return value;
}

/** `apis.json` */
export function serverOf(value: Json | undefined): SurfaceServer {
  return {
    name: text(value, "name"),
    title: text(value, "title"),
    version: text(value, "version"),
    instructions: text(value, "instructions"),
  };
}

/** Names of folders of our own making: nothing else is looked for. */
export function folderNames(value: Json | undefined): readonly string[] {
  return strings(value).filter((name) => /^[a-z0-9_]{1,60}$/.test(name));
}

export function aliasesOf(value: Json | undefined): readonly AliasData[] {
  return list(value).map((alias) => {
    const until = ownString(alias, "until");
    return { name: text(alias, "name"), tool: text(alias, "tool"), ...defined({ until }) };
  });
}

/** `plan.json`: how a server lists its tools; one without it lists all, each whole. */
export function listPlanOf(value: Json | undefined): {
  readonly mode: ListMode;
  readonly folded: boolean;
  readonly strict: boolean;
  readonly listed: readonly string[];
} {
  const mode = listModes.find((known) => known === ownString(value, "list")) ?? "all";
  const listed = list(own(value, "listed")).map((entry) => text(entry, "name"));
  return { mode, folded: own(value, "folded") === true, strict: own(value, "strict") === true, listed };
}

/** `api.json` */
export function destinationsIn(api: string, value: Json | undefined): Destinations {
  const groups = list(own(value, "serverGroups")).map((group) => ({
    id: text(group, "id"),
    environment: text(group, "environment"),
    servers: list(own(group, "servers")).map((server) => ({
      url: text(server, "url"),
      variables: list(own(server, "variables")).map((variable) => ({
        name: text(variable, "name"),
        default: text(variable, "default"),
      })),
    })),
  }));
  const schemes = own(value, "securitySchemes");
  const names = isObject(schemes) ? Object.keys(schemes) : [];
  return { api, groups, schemes: new Map(names.map((name) => [name, schemeOf(own(schemes, name))])) };
}

function schemeOf(value: Json | undefined): DestinationScheme {
  const flows = ["clientCredentials", "refresh"].flatMap((name) => {
    const flow = own(value, name);
    const tokenUrl = ownString(flow, "tokenUrl");
    return tokenUrl === undefined ? [] : [tokenUrl, ownString(flow, "refreshUrl") ?? tokenUrl];
  });
  const discovery = ownString(value, "openIdConnectUrl");
  return {
    type: text(value, "type"),
    tokenUrls: discovery === undefined ? flows : [discovery],
    environment: text(own(value, "environment"), "tokenUrl"),
  };
}

/** An entry of `tools/<file>.json`; `undefined` where it has no name or no object of arguments. */
/** `workflows.json`: with all that each calls, whatever it is. */
export function workflowsOf(value: Json | undefined): readonly Pick<WorkflowData, "id" | "listing">[] {
  return list(value).flatMap((item) => {
    const listing = listingOf(own(item, "listing") ?? null);
    if (listing === undefined || !isObject(item)) return [];
    return [{ ...item, id: ownString(item, "id") ?? listing.name, listing }];
  });
}

/** `jobs.json`: the tools that go on with work. */
export function jobsOf(value: Json | undefined): JobsData | undefined {
  const [check, cancel] = ["check", "cancel"].map((id) => listingOf(own(value, id) ?? null));
  return check === undefined ? undefined : { check, ...defined({ cancel }) };
}

export function listingOf(value: Json): ToolListing | undefined {
  const name = ownString(value, "name");
  const input = own(value, "inputSchema");
  const properties = own(input, "properties");
  if (name === undefined || !isObject(properties)) return undefined;
  const output = own(value, "outputSchema");
  const hints = own(value, "annotations");
  const required = own(input, "required");
  const hint = (key: string, otherwise: boolean): boolean => {
    const found = own(hints, key);
    return typeof found === "boolean" ? found : otherwise;
  };
  return {
    name,
    title: text(value, "title"),
    description: text(value, "description"),
    inputSchema: {
      type: "object",
      properties: fromEntries(Object.keys(properties).map((key) => [key, schemaOf(own(properties, key))])) as {
        readonly [argument: string]: JsonSchema;
      },
      ...(required === undefined ? {} : { required: strings(required) }),
      additionalProperties: false,
    },
    ...(isObject(output) ? { outputSchema: output } : {}),
    annotations: {
      readOnlyHint: hint("readOnlyHint", false),
      destructiveHint: hint("destructiveHint", true),
      idempotentHint: hint("idempotentHint", false),
      openWorldHint: hint("openWorldHint", true),
    },
  };
}

function schemaOf(value: Json | undefined): JsonObject | boolean {
  return isObject(value) || typeof value === "boolean" ? value : {};
}

/** What a plan of `calls/<file>.json` says that can be seen from outside. */
export interface ReadPlan {
  readonly pointer: string;
  /** Method and path. */
  readonly operation: string;
  readonly request: SurfaceRequest & Traffic;
}

export function planOf(value: Json | undefined): ReadPlan {
  const request = own(value, "request");
  const body = own(request, "body");
  const argument = ownString(body, "argument");
  const mediaTypeArgument = ownString(body, "mediaTypeArgument");
  return {
    pointer: text(value, "pointer"),
    operation: `${text(request, "method")} ${text(request, "path")}`,
    request: {
      server: text(request, "server"),
      // Only names and places are compared: styles are nothing that a model sees.
      parameters: list(own(request, "parameters")).map((parameter) => ({
        argument: text(parameter, "argument"),
        name: text(parameter, "name"),
        in: locationOf(text(parameter, "in")),
        style: "form",
        explode: false,
      })),
      ...(body === undefined
        ? {}
        : {
            body: {
              required: own(body, "required") === true,
              ...defined({ argument, mediaTypeArgument }),
              fields: list(own(body, "fields")).map((field) => ({
                argument: text(field, "argument"),
                name: text(field, "name"),
              })),
              contents: [],
            },
          }),
      security: (isArray(own(request, "security")) ? (own(request, "security") as readonly Json[]) : []).map(
        (alternative) =>
          list(alternative).map((requirement) => ({
            scheme: text(requirement, "scheme"),
            scopes: strings(own(requirement, "scopes")),
          })),
      ),
    },
  };
}

function locationOf(word: string): "path" | "query" | "querystring" | "header" | "cookie" {
  switch (word) {
    case "path":
    case "querystring":
    case "header":
    case "cookie":
      return word;
    default:
      return "query";
  }
}

/** `resources.json` */
export function resourcesOf(value: Json | undefined): readonly ResourceData[] {
  return list(value).map((resource) => ({
    uri: text(resource, "uri"),
    template: own(resource, "template") === true,
    name: text(resource, "name"),
    title: text(resource, "title"),
    description: text(resource, "description"),
    mimeType: text(resource, "mimeType"),
    tool: text(resource, "tool"),
    variables: list(own(resource, "variables")).map((variable) => ({
      name: text(variable, "name"),
      argument: text(variable, "argument"),
      in: text(variable, "in") === "path" ? "path" : "query",
      type: "string",
    })),
  }));
}

/** `prompts.json` */
export function promptsOf(value: Json | undefined): readonly PromptData[] {
  return list(value).map((prompt) => ({
    name: text(prompt, "name"),
    title: text(prompt, "title"),
    description: text(prompt, "description"),
    arguments: list(own(prompt, "arguments")).map((argument) => ({
      name: text(argument, "name"),
      description: text(argument, "description"),
      required: own(argument, "required") === true,
    })),
    text: text(prompt, "text"),
  }));
}

/** The objects of a list. */
export function list(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

function strings(value: Json | undefined): readonly string[] {
  return isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function text(value: Json | undefined, key: string): string {
  return ownString(value, key) ?? "";
}
