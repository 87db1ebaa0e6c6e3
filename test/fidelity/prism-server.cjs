/**
 * Prism's mock server with `--errors`, as its command line starts it but for what takes minutes with a large document
 * and changes no verdict: the list of example calls that it prints, the search for a route among operations whose path
 * cannot match, and the optimisation of validators that run a few times only. Arguments: folder of the command-line
 * package, document.
 */
const { subscribe } = require("node:diagnostics_channel");
const { ServerResponse } = require("node:http");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");

const [folder, document] = process.argv.slice(2);
const load = createRequire(join(folder, "package.json"));
const loadOfHttp = createRequire(load.resolve("@stoplight/prism-http"));

async function main() {
  withoutOptimisation("ajv");
  withoutOptimisation("ajv/dist/2019");
  withoutOptimisation("ajv/dist/2020");
  withAbsentObjects();
  const { getHttpOperationsFromSpec } = load("@stoplight/prism-http");
  const { createServer } = load("@stoplight/prism-http-server");
  const { createLogger } = load("@stoplight/prism-core");
  const operations = await getHttpOperationsFromSpec(document);
  if (operations.length === 0) throw new Error("No operations found in the current file.");
  const server = createServer(operations, {
    cors: false,
    components: {
      logger: createLogger("HTTP SERVER", { level: "silent" }),
      route: routeAmong(operations),
      validateInput: withWholeList(),
    },
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
  answerFaults();
  process.send({ url: await server.listen(0, "127.0.0.1") });
}

/** Prism compiles each schema anew; making the code short costs more than running the longer code. */
function withoutOptimisation(name) {
  const module = loadOfHttp(name);
  const Ajv = module.default;
  module.default = class extends Ajv {
    constructor(options) {
      super({ ...options, code: { ...options.code, optimize: false } });
    }
  };
}

/** Prism's server ends where a parameter in a header is an object and absent: there is nothing to read then. */
function withAbsentObjects() {
  const { header, path } = load(join(dirname(load.resolve("@stoplight/prism-http")), "validator/deserializers"));
  for (const styles of [header, path])
    for (const [style, read] of Object.entries(styles))
      styles[style] = (name, values, ...more) => (values[name] === undefined ? undefined : read(name, values, ...more));
}

/**
 * Prism's own validation. Its server cuts a long list of violations off before the one that tells what the others
 * belong to, and fails where one cannot stand in a header: both are mended where the header is set.
 */
function withWholeList() {
  const { validateInput } = load(join(dirname(load.resolve("@stoplight/prism-http")), "validator"));
  const { DiagnosticSeverity } = load("@stoplight/types");
  const setHeader = ServerResponse.prototype.setHeader;
  let violations = [];
  ServerResponse.prototype.setHeader = function (name, value) {
    // An answer that the document shows in chunks is sent whole.
    if (/^transfer-encoding$/i.test(name)) return this;
    if (name !== "sl-violations") return setHeader.call(this, name, value);
    const whole = String(value).startsWith("Too many violations!") ? JSON.stringify(violations) : String(value);
    const escaped = whole.replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return setHeader.call(this, name, escaped);
  };
  return (input) => {
    const result = validateInput(input);
    violations = (result._tag === "Left" ? result.left : []).map(({ path = [], severity, code, message }) => ({
      location: ["request", ...path],
      severity: DiagnosticSeverity[severity],
      code,
      message,
    }));
    return result;
  };
}

/**
 * Prism's own router. It sorts all operations for each request; it is given those that its own `matchPath` does not
 * refuse, which are the only ones that it can choose, and all of them where there are none.
 */
function routeAmong(operations) {
  const routerFolder = join(dirname(load.resolve("@stoplight/prism-http")), "router");
  const { default: route } = load(routerFolder);
  const { matchPath } = load(join(routerFolder, "matchPath.js"));
  const { MatchType } = load(join(routerFolder, "types.js"));
  const segments = (path) => path.split("/").length;
  const byLength = new Map();
  for (const operation of operations) {
    const length = segments(operation.path);
    byLength.set(length, [...(byLength.get(length) ?? []), operation]);
  }
  return ({ resources, input }) => {
    const path = input.url.path;
    const candidates = (byLength.get(segments(path)) ?? []).filter((operation) => {
      const match = matchPath(path, operation.path);
      return match._tag !== "Right" || match.right !== MatchType.NOMATCH;
    });
    return route({ resources: candidates.length === 0 ? resources : candidates, input });
  };
}

/** Where Prism fails by itself, its server would end, and all further requests would go unjudged. */
function answerFaults() {
  let open;
  subscribe("http.server.request.start", ({ response }) => (open = response));
  const answer = (fault) => {
    if (open === undefined || open.writableEnded) return;
    open.writeHead(500, { "content-type": "application/problem+json" });
    open.end(JSON.stringify({ type: "#PRISM_FAULT", detail: String(fault && fault.message ? fault.message : fault) }));
  };
  process.on("uncaughtException", answer);
  process.on("unhandledRejection", answer);
}

process.on("disconnect", () => process.exit(0));
main().catch((fault) => {
  process.send({ fault: String(fault && fault.message ? fault.message : fault).slice(0, 500) }, () => process.exit(1));
});
