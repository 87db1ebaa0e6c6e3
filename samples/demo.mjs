/**
 * `npm run demo`: a document becomes a server, the server answers a client. It generates `demo-server/` from
 * `samples/petstore/openapi.yaml`, builds it, starts it on a mock of its API, and calls a tool over stdio with the
 * official MCP client.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const server = join(repository, "demo-server");
const document = join(repository, "samples/petstore/openapi.yaml");
const cli = join(repository, "dist/main.js");

const step = (text) => console.log(`\n— ${text}`);
const shown = (path) => relative(process.cwd(), path) || ".";
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });

step(`In: ${shown(document)}, the part of one operation`);
console.log(`    /pets:
      get:
        operationId: listPets
        summary: List pets
        parameters:
          - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100, default: 20 } }`);

step(`openapi-to-mcp ${shown(document)} -o ${shown(server)}`);
rmSync(server, { recursive: true, force: true });
execFileSync(process.execPath, [cli, document, "-o", server, "--quiet"], { stdio: "inherit" });
console.log("    src/main.ts, src/custom.ts, src/auth.ts …   yours");
console.log("    src/generated/, src/runtime/                 the generator's");

step(`npm install && npm run build   (in ${shown(server)})`);
run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], server);
run("npm", ["run", "--silent", "build"], server);

const { project } = await import(pathToFileURL(join(server, "dist/generated/index.js")).href);
const { startMock } = await import(pathToFileURL(join(server, "dist/runtime/mock.js")).href);
const api = await startMock(project);
const client = new Client({ name: "demo", version: "1" }, { versionNegotiation: { mode: "auto" } });

try {
  step("The server runs over stdio, its API being a mock made from the document's examples");
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(server, "dist/main.js")],
      env: { PATH: process.env.PATH ?? "", ...api.environment, PET_STORE_API_KEY: "demo", MCP_LOG_LEVEL: "error" },
    }),
  );
  const { tools } = await client.listTools();
  step(`Out: ${tools.length} tools`);
  for (const { name, title, annotations } of tools)
    console.log(`    ${name.padEnd(14)}${title}${annotations?.readOnlyHint ? "" : "  (writes)"}`);

  const call = { name: "list_pets", arguments: { limit: 2, status: ["available"] } };
  const result = await client.callTool(call);
  step("A call");
  console.log(`    client  →  tools/call ${call.name} ${JSON.stringify(call.arguments)}`);
  console.log(`    server  →  ${api.requests.at(-1)}`);
  console.log(`    result  ←  ${JSON.stringify(result.structuredContent)}`);
  if (result.isError || result.structuredContent === undefined) throw new Error("The call failed");
  console.log(`\nIt works. The server is yours: ${shown(server)}`);
} finally {
  await client.close();
  await api.close();
}
