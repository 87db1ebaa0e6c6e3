/** How MCP clients are told of the server: one file for each, with names of variables and never a value. */
import type { ServerModel } from "../mcp/model.ts";
import { listOfServer } from "../mcp/plan/served-list.ts";
import { knownAs } from "../mcp/plan/targets.ts";
import { variablesOf, type Variable } from "./environment.ts";

/** Stands for the folder of the project, in files that its owner copies elsewhere. */
export const placeholder = "/ABSOLUTE/PATH/TO/THIS/FOLDER";

/** Where `npm run start:http` serves, unless told otherwise. */
const url = "http://127.0.0.1:3000/mcp";

/** The token that HTTP clients send, where the server asks for one. */
const tokenVariable = "MCP_AUTH_TOKEN";

/**
 * The data of the JSON files under `clients/`, by path below it: of a server that the client starts, and below `http/`
 * of one that it reaches by URL. Claude Desktop takes those in its settings, not in a file.
 */
export function clientFiles(model: ServerModel): ReadonlyMap<string, object> {
  const { name } = model.project;
  const shortName = knownAs("cursor", name, listOfServer(model));
  const variables = credentialVariables(model);
  const started = (value: (name: string) => string): object => ({
    command: "node",
    args: [`${placeholder}/dist/main.js`],
    env: Object.fromEntries(variables.map((variable) => [variable.name, value(variable.name)])),
  });
  const reached = (value: (name: string) => string): object => ({
    headers: { Authorization: `Bearer ${value(tokenVariable)}` },
  });
  const input = (variable: string): string => `\${input:${inputId(variable)}}`;
  const inputs = (variables: readonly Pick<Variable, "name" | "secret">[]): readonly object[] =>
    variables.map((variable) => ({
      type: "promptString",
      id: inputId(variable.name),
      description: variable.name,
      password: variable.secret,
    }));
  return new Map<string, object>([
    ["claude-desktop.json", { mcpServers: { [name]: started(() => "") } }],
    ["claude-code.mcp.json", { mcpServers: { [name]: { type: "stdio", ...started(orEmpty) } } }],
    ["cursor.mcp.json", { mcpServers: { [shortName]: started(ofEnvironment) } }],
    ["gemini-cli.json", { mcpServers: { [name]: started(dollar) } }],
    ["vscode.mcp.json", { servers: { [name]: { type: "stdio", ...started(input) } }, inputs: inputs(variables) }],
    ["http/claude-code.mcp.json", { mcpServers: { [name]: { type: "http", url, ...reached(orEmpty) } } }],
    ["http/cursor.mcp.json", { mcpServers: { [shortName]: { url, ...reached(ofEnvironment) } } }],
    ["http/gemini-cli.json", { mcpServers: { [name]: { httpUrl: url, ...reached(dollar) } } }],
    [
      "http/vscode.mcp.json",
      {
        servers: { [name]: { type: "http", url, ...reached(input) } },
        inputs: inputs([{ name: tokenVariable, secret: true }]),
      },
    ],
  ]);
}

// How each client spells a variable of its own environment.
const orEmpty = (name: string): string => `\${${name}:-}`;
const ofEnvironment = (name: string): string => `\${env:${name}}`;
const dollar = (name: string): string => `$${name}`;

/**
 * What a client has to pass on: credentials, also where the document describes none, base URLs that the document does
 * not give whole, and values that the owner takes arguments from.
 */
export function credentialVariables(model: ServerModel): readonly Variable[] {
  return variablesOf(model).filter(({ purpose, secret }) => {
    if (purpose.kind === "setting") return secret;
    if (purpose.kind === "argument") return purpose.needed;
    if (purpose.kind === "base URL") return !purpose.whole;
    return purpose.kind === "credential" && !purpose.optional;
  });
}

function inputId(variable: string): string {
  return variable.toLowerCase().replaceAll("_", "-");
}
