/**
 * Node.js as a platform of workers: runs a bundle, which cannot see more than the web standard, and hands it what comes.
 * Arguments: the bundle, and its environment as JSON. Prints its port.
 */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [, , bundle, environment] = process.argv;
const { default: worker } = await import(pathToFileURL(bundle).href);

const server = createServer(async (incoming, outgoing) => {
  const body = await buffer(incoming);
  const request = new Request(`http://localhost${incoming.url}`, {
    method: incoming.method,
    headers: Object.entries(incoming.headers).filter(([, value]) => typeof value === "string"),
    body: body.length === 0 ? null : body,
  });
  const context = { waitUntil: (promise) => void promise };
  const answer = await worker.fetch(request, JSON.parse(environment), context);
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  for await (const chunk of answer.body ?? []) outgoing.write(chunk);
  outgoing.end();
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
