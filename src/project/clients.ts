/** How MCP clients are told of the server: one file for each, with names of variables and never a value. */
import type { ServerModel } from "../mcp/model.ts";
import { variablesOf, type Variable } from "./environment.ts";

/** Where the user's own path has to go. */
export const placeholder = "/ABSOLUTE/PATH/TO";

/** The data of the JSON files under `clients/`, by file name. */
export function clientFiles(model: ServerModel): ReadonlyMap<string, object> {
  const { name } = model.project;
  const variables = credentialVariables(model);
  const script = `${placeholder}/${model.packageName}/dist/main.js`;
  const server = (value: (variable: Variable) => string): object => ({
    command: "node",
    args: [script],
    env: Object.fromEntries(variables.map((variable) => [variable.name, value(variable)])),
  });
  return new Map<string, object>([
    ["claude-desktop.json", { mcpServers: { [name]: server(() => "") } }],
    [
      "claude-code.mcp.json",
      { mcpServers: { [name]: { type: "stdio", ...server((variable) => `\${${variable.name}:-}`) } } },
    ],
    ["cursor.mcp.json", { mcpServers: { [name]: server((variable) => `\${env:${variable.name}}`) } }],
    [
      "vscode.mcp.json",
      {
        servers: { [name]: { type: "stdio", ...server((variable) => `\${input:${inputId(variable)}}`) } },
        inputs: variables.map((variable) => ({
          type: "promptString",
          id: inputId(variable),
          description: variable.name,
          password: variable.secret,
        })),
      },
    ],
  ]);
}

/**
 * What a client has to pass on: credentials, also where the document describes none, base URLs that the document does
 * not give, and values that the owner takes arguments from.
 */
export function credentialVariables(model: ServerModel): readonly Variable[] {
  return variablesOf(model).filter(({ purpose, secret }) => {
    if (purpose.kind === "setting") return secret;
    if (purpose.kind === "argument") return purpose.needed;
    if (purpose.kind === "base URL") return purpose.default === undefined;
    return purpose.kind === "credential" && !purpose.optional;
  });
}

function inputId(variable: Variable): string {
  return variable.name.toLowerCase().replaceAll("_", "-");
}
