/**
 * An API to develop and test against: it answers every operation of this server's APIs with the document's example, or
 * with a value made from the response's schema. It checks nothing and keeps nothing. Development only.
 */
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { mockBody } from "./mock/mock-body.js";
import { mockValue } from "./mock/mock-values.js";
import type { CallPlan, ExampleData, SchemaData } from "./data/model.js";
import type { Project, ProjectApi } from "./data/project.js";
import { type UriTemplate, uriTemplate } from "./request/uri-template.js";

export interface Mock {
  readonly port: number;
  /** Variables that lead this server to the mock. */
  readonly environment: Readonly<Record<string, string>>;
  /** Method and path of every request, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

interface Route {
  readonly method: string;
  readonly path: UriTemplate;
  /** Query that the path template itself holds. */
  readonly query: string;
  readonly answer: Answer;
}

interface Answer {
  readonly status: number;
  readonly mediaType?: string;
  readonly body?: string;
}

/** Starts a mock of all APIs on 127.0.0.1. Port 0 takes a free one. */
export async function startMock(project: Project, port = 0): Promise<Mock> {
  const several = project.apis.length > 1;
  const prefixOf = (api: ProjectApi) => (several ? `/${api.data.name}` : "");
  const routes = (
    await Promise.all(project.apis.map((api) => routesOf(api, prefixOf(api))))
  )
    .flat()
    .sort(
      (a, b) =>
        a.path.path.length - b.path.path.length ||
        b.path.literals - a.path.literals ||
        b.query.length - a.query.length,
    );
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    request.on("end", () => respond(routes, request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    environment: Object.fromEntries(
      project.apis.flatMap((api) =>
        api.data.serverGroups.map(({ environment }) => [
          environment,
          `http://127.0.0.1:${bound}${prefixOf(api)}`,
        ]),
      ),
    ),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const usage = `Usage: npm run mock -- [options]

Answers like the API, with made-up values, for development only.

  --port PORT  port to listen on, 0 takes a free one (default: 4010)
  --help       show this text
`;

/** The command `npm run mock`: prints on stderr what to set; with `--port 0` also `{"port":…}` on stdout. */
export async function runMock(project: Project): Promise<void> {
  try {
    const flags = readFlags();
    if (flags.help) process.stdout.write(usage);
    else await serveMock(project, flags.port);
  } catch (fault) {
    process.stderr.write(`${startFault(fault)}\n`);
    process.exitCode = 1;
  }
}

function readFlags(): { readonly port: number; readonly help: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4010" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Infinity;
  if (port > 65_535)
    throw new Error(`--port has to be a number from 0 to 65535\n\n${usage}`);
  return { port, help: values.help };
}

async function serveMock(project: Project, port: number): Promise<void> {
  const mock = await startMock(project, port);
  const lines = Object.entries(mock.environment).map(
    ([name, value]) => `  ${name}=${value}\n`,
  );
  process.stderr.write(
    `Mock API for development only, on port ${mock.port}. Start the server with:\n${lines.join("")}`,
  );
  if (port === 0)
    process.stdout.write(`${JSON.stringify({ port: mock.port })}\n`);
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  await mock.close();
}

/** What stopped the start, in one line: a port that is taken, a flag that does not exist. */
function startFault(fault: unknown): string {
  const { code, port, message } = fault as NodeJS.ErrnoException & {
    readonly port?: number;
  };
  if (code === "EADDRINUSE")
    return `Port ${port} is taken: choose another one with --port`;
  if (code === "EACCES")
    return `Port ${port} is not yours to listen on: choose one above 1023 with --port`;
  if (code?.startsWith("ERR_PARSE_ARGS")) return `${message}\n\n${usage}`;
  return message;
}

async function routesOf(
  api: ProjectApi,
  prefix: string,
): Promise<readonly Route[]> {
  const schemas = await api.schemas();
  const examples = await api.examples();
  const groups = await Promise.all(
    api.data.groups.map(({ file }) => api.calls(file)),
  );
  return groups.flatMap((plans) =>
    Object.entries(plans).map(([tool, plan]): Route => {
      const [path = "", query = ""] = (
        plan.request.path.split("#", 1)[0] ?? ""
      ).split("?", 2);
      return {
        method: plan.request.method,
        path: uriTemplate(prefix + path),
        query,
        answer: answerOf(tool, plan, schemas, examples),
      };
    }),
  );
}

function answerOf(
  tool: string,
  plan: CallPlan,
  schemas: SchemaData,
  examples: ExampleData,
): Answer {
  const example = Object.hasOwn(examples, tool) ? examples[tool] : undefined;
  if (example !== undefined && example.status < 300)
    return {
      status: example.status,
      mediaType: example.mediaType,
      body: mockBody(example.value, example.mediaType),
    };
  const chosen =
    plan.responses.find(({ status }) => /^2\d\d$/.test(status)) ??
    plan.responses.find(({ status }) => status === "2XX") ??
    plan.responses.find(({ status }) => status === "default");
  if (chosen === undefined) return { status: 204 };
  const status = /^\d+$/.test(chosen.status) ? Number(chosen.status) : 200;
  const content = chosen.contents[0];
  if (content === undefined || status === 204) return { status };
  // `*/*` and `application/*` say nothing that could be sent.
  const mediaType = content.mediaType.includes("*")
    ? "application/json"
    : content.mediaType;
  const value = mockValue(content.schema ?? {}, schemas) ?? null;
  return { status, mediaType, body: mockBody(value, mediaType) };
}

function respond(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [path = "", query = ""] = (request.url ?? "/").split("?", 2);
  const found = routes.find(
    (route) =>
      route.method === request.method &&
      route.path.match(path) !== undefined &&
      query.startsWith(route.query),
  );
  response.setHeader("X-Mock", "development only");
  if (found === undefined) {
    response
      .writeHead(404, { "Content-Type": "application/json" })
      .end('{"error":"No operation has this method and path"}');
    return;
  }
  const { status, mediaType, body } = found.answer;
  response
    .writeHead(
      status,
      mediaType === undefined ? {} : { "Content-Type": mediaType },
    )
    .end(request.method === "HEAD" ? undefined : body);
}
