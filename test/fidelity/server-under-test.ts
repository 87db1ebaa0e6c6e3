/** A generated server: compiled, started with its credentials set, and a client of the SDK that is connected to it. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Generated } from "../../src/index.ts";
import type { ServerApi } from "../../src/mcp/model.ts";
import { writeTree } from "../golden/sample.ts";

export interface ServerUnderTest {
  readonly client: Client;
  stop(): Promise<void>;
}

export async function startServer(generated: Generated, baseUrl: string): Promise<ServerUnderTest> {
  const folder = writeTree(generated.files);
  const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" });
  await build({
    entryPoints: sources
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
      .map((path) => join(folder, "src", path)),
    outdir: join(folder, "dist"),
    outbase: join(folder, "src"),
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
  const files = join(folder, "files");
  mkdirSync(files);
  const client = new Client({ name: "fidelity", version: "1" }, { versionNegotiation: { mode: "auto" } });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(folder, "dist/main.js")],
    env: {
      PATH: process.env["PATH"] ?? "",
      MCP_ATTEMPTS: "1",
      MCP_RATE_LIMIT: "0",
      MCP_TOOL_RATE_LIMIT: "0",
      MCP_MAX_TEXT_BYTES: "50000000",
      MCP_FILE_ROOT: files,
      MCP_LOG_LEVEL: "error",
      ...environmentOf(generated, baseUrl),
    },
    stderr: "ignore",
    maxBufferSize: 200_000_000,
  } as ConstructorParameters<typeof StdioClientTransport>[0]);
  await client.connect(transport);
  return {
    client,
    stop: async () => {
      await client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every base URL leads to the judge, every credential has a value. */
function environmentOf({ model }: Generated, baseUrl: string): Record<string, string> {
  const entries = model.apis.flatMap(({ data }) => [
    ...data.serverGroups.map(({ environment }): [string, string] => [environment, baseUrl]),
    ...credentialsOf(data),
  ]);
  return Object.fromEntries(entries);
}

function credentialsOf(data: ServerApi["data"]): [string, string][] {
  return Object.values(data.securitySchemes).flatMap((scheme): [string, string][] => {
    switch (scheme.type) {
      case "oauth2":
      case "openIdConnect":
        return [[scheme.environment.accessToken, "dummy-token"]];
      case "mutualTLS":
        return [];
      default:
        return Object.values(scheme.environment).map((name): [string, string] => [String(name), "dummy"]);
    }
  });
}
