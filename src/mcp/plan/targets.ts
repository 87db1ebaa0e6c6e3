/**
 * What clients and providers load, as data: each limit with where it is known from. `~` marks what is told by users
 * rather than by the maker. A limit that nobody states is absent.
 */

/** The targets that a list can be made for and checked against. */
export const targetNames = [
  "portable",
  "claude-code",
  "claude",
  "cursor",
  "vscode",
  "openai",
  "openai-strict",
  "gemini",
] as const;

export type TargetName = (typeof targetNames)[number];

/** A number, and where it is known from. */
export interface Limit<Value = number> {
  readonly is: Value;
  readonly source: string;
}

export interface Target {
  /** What `auto` lists at most: tokens, and tools with those of discovery. */
  readonly caps: { readonly budget: number; readonly maxTools: number };
  /** Tools that are loaded; those behind them are not. */
  readonly tools?: Limit;
  /** Names as they reach the model, `{server}` and `{tool}` in their place. */
  readonly name?: Limit<{ readonly shown: string; readonly pattern: RegExp; readonly longest: number }>;
  readonly description?: Limit;
  /** Names of arguments at the root of a tool. */
  readonly argument?: Limit<RegExp>;
  /** Keywords that a schema must not have. */
  readonly refused?: Limit<readonly string[]>;
  /** Keywords that the root must not have. */
  readonly refusedAtRoot?: Limit<readonly string[]>;
  /** Levels of objects, the root among them. */
  readonly depth?: Limit;
  /** Properties of a tool, at all levels. */
  readonly properties?: Limit;
  /** Values of all enumerations of a tool. */
  readonly values?: Limit;
  /** Formats of texts that may be named. */
  readonly formats?: Limit<ReadonlySet<string>>;
  /** Whether each object is closed, and requires all of its properties. */
  readonly strict?: Limit<true>;
  /** Whether each value has one type, and each list its items. */
  readonly typed?: Limit<true>;
}

/** What refers elsewhere, or says something that one client or the other does not understand. */
const beyondPortable = (
  "$ref $dynamicRef $schema $id $anchor $dynamicAnchor $defs definitions $comment const exclusiveMinimum exclusiveMaximum " +
  "patternProperties propertyNames dependentSchemas dependentRequired unevaluatedProperties unevaluatedItems prefixItems " +
  "contains if then else not discriminator xml example nullable"
).split(" ");
const unions = ["oneOf", "anyOf", "allOf"];

const root: Limit<readonly string[]> = {
  is: unions,
  source: "Anthropic and OpenAI refuse a request whose tool has a union at its root",
};
const argument: Limit<RegExp> = {
  is: /^[a-zA-Z0-9_.-]{1,64}$/,
  source: "Anthropic API: a property that does not match refuses the request",
};
const openaiName = {
  is: { shown: "{tool}", pattern: /^[a-zA-Z0-9_-]+$/, longest: 64 },
  source: "OpenAI API reference, function.name: a-z, A-Z, 0-9, _ and -, at most 64",
} as const;
const openaiTools: Limit = { is: 128, source: "OpenAI API reference, tools: at most 128 functions" };
const portableCaps = { budget: 20_000, maxTools: 40 } as const;
const wideCaps = { budget: 20_000, maxTools: 128 } as const;

export const targets: Readonly<Record<TargetName, Target>> = {
  // The strictest of all: what loads here loads everywhere but with openai-strict, which takes one form only.
  portable: {
    caps: portableCaps,
    name: {
      is: { shown: "{tool}", pattern: /^[a-z0-9_]+$/, longest: 50 },
      source: "what Cursor leaves beside a server's name, and every other target takes",
    },
    description: { is: 1024, source: "OpenAI API: function.description, the strictest" },
    argument,
    refused: { is: beyondPortable, source: "what Gemini, Cursor or OpenAI refuse, together" },
    refusedAtRoot: root,
    typed: { is: true, source: "Gemini: one type a schema, items for every list" },
  },
  "claude-code": {
    caps: portableCaps,
    name: {
      is: { shown: "mcp__{server}__{tool}", pattern: /^[a-zA-Z0-9_-]+$/, longest: 128 },
      source: "Anthropic API: tool names match ^[a-zA-Z0-9_-]{1,128}$; Claude Code puts mcp__server__ before them",
    },
    argument,
    refusedAtRoot: root,
  },
  claude: {
    caps: portableCaps,
    name: {
      is: { shown: "{tool}", pattern: /^[a-zA-Z0-9_-]+$/, longest: 64 },
      source: "Claude Desktop and claude.ai: names of at most 64",
    },
    argument,
    refusedAtRoot: root,
  },
  cursor: {
    caps: portableCaps,
    tools: { is: 40, source: "~ Cursor sends the first 40 tools to the agent; later versions more" },
    name: {
      is: { shown: "{server}:{tool}", pattern: /^[a-zA-Z0-9_:-]+$/, longest: 60 },
      source: "~ Cursor leaves out tools whose name with that of the server is longer than 60",
    },
    refused: { is: ["$ref", "$defs", "definitions"], source: "~ Cursor resolves no references" },
    refusedAtRoot: root,
  },
  vscode: {
    caps: wideCaps,
    tools: { is: 128, source: "VS Code: a request has at most 128 tools" },
    name: openaiName,
    typed: { is: true, source: "VS Code checks that every list has its items" },
    refusedAtRoot: root,
  },
  openai: {
    caps: wideCaps,
    tools: openaiTools,
    name: openaiName,
    description: { is: 1024, source: "OpenAI API: function.description" },
    refusedAtRoot: root,
    typed: { is: true, source: "OpenAI API: array schema missing items" },
  },
  "openai-strict": {
    caps: wideCaps,
    tools: openaiTools,
    name: openaiName,
    description: { is: 1024, source: "OpenAI API: function.description" },
    refused: {
      is: (
        "allOf oneOf not dependentRequired dependentSchemas if then else patternProperties propertyNames " +
        "unevaluatedProperties unevaluatedItems prefixItems contains minProperties maxProperties uniqueItems default minLength maxLength"
      ).split(" "),
      source: "OpenAI, Structured Outputs, supported schemas",
    },
    refusedAtRoot: { is: unions, source: "OpenAI, Structured Outputs: the root must not be anyOf" },
    depth: { is: 10, source: "OpenAI, Structured Outputs: 10 levels of nesting" },
    properties: { is: 5_000, source: "OpenAI, Structured Outputs: 5,000 properties" },
    values: { is: 1_000, source: "OpenAI, Structured Outputs: 1,000 values of enumerations" },
    formats: {
      is: new Set("date-time time date duration email hostname ipv4 ipv6 uuid".split(" ")),
      source: "OpenAI, Structured Outputs: formats of texts that are supported",
    },
    strict: { is: true, source: "OpenAI, Structured Outputs: additionalProperties false, every field required" },
    typed: { is: true, source: "OpenAI API: array schema missing items" },
  },
  gemini: {
    caps: wideCaps,
    tools: { is: 128, source: "Vertex AI, function calling: at most 128 declarations" },
    name: {
      is: { shown: "{tool}", pattern: /^[a-zA-Z_][a-zA-Z0-9_.-]*$/, longest: 64 },
      source: "Vertex AI, FunctionDeclaration.name: begins with a letter or _, at most 64",
    },
    refused: {
      is: "$ref $defs definitions const exclusiveMinimum exclusiveMaximum patternProperties if then else not oneOf allOf".split(
        " ",
      ),
      source: "~ Gemini API: Schema is a subset of OpenAPI 3.0",
    },
    refusedAtRoot: root,
    typed: { is: true, source: "Gemini API: Schema.type is one type, items is asked for" },
  },
};

/**
 * What a server is called in our entry for a client: its name, or as much of that as leaves room for those of its tools
 * where the client counts both together.
 *
 * @param tools of the list
 */
export function knownAs(target: TargetName, server: string, tools: readonly { readonly name: string }[]): string {
  const { shown = "", longest = 0 } = targets[target].name?.is ?? {};
  if (!shown.includes("{server}")) return server;
  const between = shown.replace("{server}", "").replace("{tool}", "").length;
  const room = longest - between - tools.reduce((most, { name }) => Math.max(most, name.length), 0);
  if (server.length <= room || room < shortestServer) return server;
  const words = server.slice(0, room + 1).lastIndexOf("-");
  return server.slice(0, words >= shortestServer ? words : room).replace(/-+$/, "");
}

/** Shorter names of servers tell nobody what they are. */
const shortestServer = 3;

/** What a target lists at most by default. */
export function capsOf(target: TargetName | undefined): Target["caps"] {
  return targets[target ?? "portable"].caps;
}
