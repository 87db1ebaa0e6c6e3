/**
 * AWS Lambda's part, on loopback: makes an event of payload format 2.0 of each request, and a response of what the
 * function gives. Arguments: the function's module, "buffered" or "streaming". Prints its port.
 */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [, , path, mode] = process.argv;
if (mode === "streaming")
  globalThis.awslambda = {
    streamifyResponse: (handler) => handler,
    HttpResponseStream: {
      from: (stream, { statusCode, headers }) => {
        stream.writeHead(statusCode, headers);
        return stream;
      },
    },
  };
const { handler, streaming } = await import(pathToFileURL(path).href);

let count = 0;
const server = createServer(async (incoming, outgoing) => {
  const body = await buffer(incoming);
  const [rawPath, rawQueryString = ""] = incoming.url.split("?");
  // Function URLs give a body as base64 where its type is no text.
  count += 1;
  const isBase64Encoded = count % 2 === 0;
  const { cookie, ...headers } = incoming.headers;
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split("; ") }),
    headers: { ...headers, host: "abc.lambda-url.eu-central-1.on.aws" },
    requestContext: {
      domainName: "abc.lambda-url.eu-central-1.on.aws",
      stage: "$default",
      http: { method: incoming.method, path: rawPath, sourceIp: "192.0.2.7", protocol: "HTTP/1.1" },
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
  const end = Date.now() + 30_000;
  const context = { getRemainingTimeInMillis: () => end - Date.now() };
  if (mode === "streaming") return streaming(event, outgoing, context);
  const result = await handler(event, context);
  outgoing.writeHead(result.statusCode, result.headers);
  outgoing.end(Buffer.from(result.body, result.isBase64Encoded ? "base64" : "utf8"));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
