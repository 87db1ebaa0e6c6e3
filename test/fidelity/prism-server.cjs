/**
 * Prism's mock server with `--errors`, as its command line starts it but for the list of example calls that it prints,
 * which takes minutes for a large document. Arguments: folder of the command-line package, document.
 */
const { createRequire } = require("node:module");
const { join } = require("node:path");

const [folder, document] = process.argv.slice(2);
const load = createRequire(join(folder, "package.json"));

async function main() {
  const { getHttpOperationsFromSpec } = load("@stoplight/prism-http");
  const { createServer } = load("@stoplight/prism-http-server");
  const { createLogger } = load("@stoplight/prism-core");
  const operations = await getHttpOperationsFromSpec(document);
  if (operations.length === 0) throw new Error("No operations found in the current file.");
  const server = createServer(operations, {
    cors: false,
    components: { logger: createLogger("HTTP SERVER", { level: "silent" }) },
    config: {
      isProxy: false,
      errors: true,
      checkSecurity: true,
      validateRequest: true,
      // Its own examples are often wrong; what it answers is not what is judged.
      validateResponse: false,
      upstreamProxy: undefined,
      mock: { dynamic: false, ignoreExamples: false, seed: undefined },
    },
  });
  process.send({ url: await server.listen(0, "127.0.0.1") });
}

process.on("disconnect", () => process.exit(0));
main().catch((fault) => {
  process.send({ fault: String(fault && fault.message ? fault.message : fault).slice(0, 500) }, () => process.exit(1));
});
