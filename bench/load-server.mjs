/**
 * The processes that `load.mjs` measures and measures with: `node bench/load-server.mjs ROLE [UPSTREAM]`. Each listens on
 * a free port of this machine and says it in a line.
 */
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";

const [role, upstream] = process.argv.slice(2);
const pet = JSON.stringify({ id: 7, name: "Rex", status: "available", tag: "dog" });

const roles = {
  /** An API that answers at once, and lets its answers be kept. */
  upstream: () => (_request, response) =>
    response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "private, max-age=60" }).end(pet),
  /** As little as can stand between: no protocol, no check. */
  bare: () => async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { id, params } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = await fetch(`${upstream}/v1/pets/${params.arguments.petId}`);
    const text = await answer.text();
    const result = { content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  },
  /** One tool as the SDK's documentation writes it. */
  sdk: () => {
    const inputSchema = z.object({ petId: z.number().int() });
    return toNodeHandler(
      createMcpHandler(() => {
        const server = new McpServer({ name: "pets", version: "1.0.0" });
        server.registerTool("get_pet", { description: "Get a pet", inputSchema }, async ({ petId }) => {
          const answer = await fetch(`${upstream}/v1/pets/${petId}`);
          const text = await answer.text();
          return { content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
        });
        return server;
      }),
    );
  },
};

const server = createServer({ keepAliveTimeout: 75_000 }, roles[role]());
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  process.stdout.write(`port ${server.address().port}\n`),
);
