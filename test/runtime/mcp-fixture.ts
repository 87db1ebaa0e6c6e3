/** An emitted project by hand: the templates as they lie, and data for a small API. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type {
  ApiData,
  CallPlan,
  CallPlans,
  ExampleData,
  HttpPlan,
  JsonObject,
  JsonSchema,
  ProjectData,
  PromptData,
  ResourceData,
  SchemaData,
  ToolListing,
} from "../../templates/always/src/runtime/data/model.js";
import { compile, transpile } from "../compile/compiler.ts";

export { compile };

const repository = new URL("../..", import.meta.url).pathname;

export interface Fixture {
  readonly folder: string;
  /** The compiled entry. */
  readonly main: string;
  remove(): void;
}

export interface FixtureData {
  readonly project?: Partial<ProjectData>;
  readonly api?: Partial<ApiData>;
  readonly listings?: readonly ToolListing[];
  readonly calls?: CallPlans;
  readonly resources?: readonly ResourceData[];
  readonly prompts?: readonly PromptData[];
  /** Text of `src/custom.ts`. */
  readonly custom?: string;
  /** Text of `src/access.ts`. */
  readonly access?: string;
  /** `src/generated/policy.json`; absent: the server has no such part. */
  readonly policy?: object;
  /** Whether `src/auth.ts` fetches access tokens. */
  readonly oauth?: true;
}

/**
 * Writes a project and makes it run. Where it has code of an owner's, the compiler reads the types as well.
 *
 * @throws Error with the compiler's words
 */
export function makeFixture(data: FixtureData = {}): Fixture {
  const folder = mkdtempSync(join(tmpdir(), "mcp-fixture-"));
  const source = join(folder, "src");
  for (const part of ["always/src", "once/src"])
    cpSync(join(repository, "templates", part), source, { recursive: true });
  cpSync(join(repository, "templates/once/test"), join(folder, "test"), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  if (data.custom !== undefined) writeFileSync(join(source, "custom.ts"), data.custom);
  if (data.access !== undefined) writeFileSync(join(source, "access.ts"), data.access);
  if (data.oauth === true) cpSync(join(repository, "templates/oauth/once/src/auth.ts"), join(source, "auth.ts"));
  const write = (path: string, value: unknown): void => {
    const file = join(source, "generated", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  };
  if (data.policy !== undefined) write("policy.json", data.policy);
  else {
    const list = join(source, "generated/parts.ts");
    writeFileSync(list, readFileSync(list, "utf8").replace(/^.*runtime\/policy\/.*\n/m, ""));
  }
  write("apis.json", { ...project, ...data.project });
  write("petstore/api.json", { ...api, ...data.api });
  write("petstore/tools/pets.json", data.listings ?? listings);
  write("petstore/calls/pets.json", data.calls ?? calls);
  write("petstore/schemas.json", schemas);
  write("petstore/resources.json", data.resources ?? resources);
  write("petstore/prompts.json", data.prompts ?? prompts);
  write("petstore/examples.json", examples);
  write(
    "types.d.ts",
    `export interface Tools {
  list_pets: { arguments: { limit?: number; status?: "available" | "sold"; tags?: string[] }; result: { id: number; name: string }[] };
  get_pet: { arguments: { petId: number }; result: { id: number; name: string } };
  delete_pet: { arguments: { petId: number }; result: unknown };
}\n`,
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "petstore-mcp", type: "module" }));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        lib: ["ES2023"],
        module: "NodeNext",
        moduleResolution: "NodeNext",
        types: ["node"],
        strict: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: true,
        rootDir: "src",
        outDir: "dist",
      },
      include: ["src"],
    }),
  );
  const faults = data.custom === undefined && data.access === undefined ? "" : compile(folder, ".");
  if (faults !== "") throw new Error(faults);
  transpile(folder);
  return { folder, main: join(folder, "dist/main.js"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Upstream {
  readonly url: string;
  /** Method and path of every request, in order. */
  readonly requests: string[];
  /** Paths whose client went away before the answer. */
  readonly aborted: string[];
  /** What came to `/files`, in order. */
  readonly files: { readonly base64: string; readonly type: string | undefined }[];
  close(): Promise<void>;
}

/** The API behind the fixture. `/slow` answers when it is told to, or after the milliseconds of its query. */
export async function startUpstream(): Promise<Upstream> {
  const requests: string[] = [];
  const aborted: string[] = [];
  const files: Upstream["files"] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.on("close", () => {
      if (!response.writableEnded) aborted.push(request.url ?? "");
    });
    answer(request, response, files);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    aborted,
    files,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, files: Upstream["files"]): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const json = (status: number, value: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  const id = /^\/pets\/([^/]+)$/.exec(url.pathname)?.[1];
  if (url.pathname === "/slow")
    setTimeout(() => json(200, { done: true }), Number(url.searchParams.get("ms") ?? 60_000));
  else if (url.pathname === "/photo")
    response.writeHead(200, { "content-type": "image/png" }).end(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  else if (url.pathname === "/files") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const file = { base64: Buffer.concat(chunks).toString("base64"), type: request.headers["content-type"] };
      files.push(file);
      json(200, file);
    });
  } else if (url.pathname === "/big") json(200, { text: "x".repeat(50_000) });
  else if (url.pathname === "/pets" && request.method === "GET")
    json(200, [
      { id: 1, name: "Rex" },
      { id: 20, name: "Ann" },
      { id: 2, name: "Bo" },
    ]);
  else if (url.pathname === "/pets") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => json(201, JSON.parse(Buffer.concat(chunks).toString())));
  } else if (id === "7") json(200, ["not", "a", "pet"]);
  else if (id === "404") json(404, { title: "No such pet" });
  else if (id === "401") json(401, { title: "Who are you?" });
  else if (id !== undefined && request.method === "DELETE") response.writeHead(204).end();
  else if (id !== undefined) json(200, { id: Number(id), name: "Rex" });
  else json(500, { message: "no route" });
}

export const project: ProjectData = {
  name: "petstore",
  title: "Petstore",
  version: "1.2.3",
  instructions: "Use list_pets first.",
  apis: ["petstore"],
};

const api: ApiData = {
  name: "petstore",
  title: "Petstore",
  version: "1.2.3",
  environmentPrefix: "PETSTORE",
  serverGroups: [{ id: "default", environment: "PETSTORE_BASE_URL", servers: [] }],
  securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key", environment: { value: "PETSTORE_KEY" } } },
  groups: [{ file: "pets", tag: "Pets" }],
};

export function listing(
  name: string,
  properties: JsonObject = {},
  more: Partial<ToolListing> & { required?: readonly string[] } = {},
): ToolListing {
  const { required, ...rest } = more;
  return {
    name,
    title: name.replace(/_/g, " "),
    description: `Does ${name}.`,
    inputSchema: {
      type: "object",
      properties: properties as ToolListing["inputSchema"]["properties"],
      ...(required ? { required } : {}),
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    ...rest,
  };
}

const petId = { petId: { type: "integer" } };

export const listings: readonly ToolListing[] = [
  listing(
    "list_pets",
    {
      limit: { type: "integer", minimum: 1, maximum: 100 },
      status: { type: "string", enum: ["available", "sold"] },
      tags: { type: "array", items: { type: "string" } },
    },
    { outputSchema: { type: "object", properties: { result: { type: "array" } } } },
  ),
  listing("get_pet", petId, {
    required: ["petId"],
    outputSchema: { type: "object", required: ["id"], properties: { id: { type: "integer" } } },
  }),
  listing(
    "create_pet",
    { name: { type: "string" }, age: { type: "integer" } },
    {
      required: ["name"],
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    },
  ),
  listing("delete_pet", petId, {
    required: ["petId"],
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  }),
  listing("wait_slowly", { ms: { type: "integer" } }),
  listing("get_photo"),
  listing("get_secret"),
  listing("get_big"),
];

const pathId = { argument: "petId", name: "petId", in: "path", style: "simple", explode: false } as const;
const queryOf = (name: string) => ({ argument: name, name, in: "query", style: "form", explode: true }) as const;

function plan(
  method: string,
  path: string,
  parameters: HttpPlan["parameters"] = [],
  more: Partial<HttpPlan> = {},
  call: Partial<CallPlan> = {},
): CallPlan {
  return {
    pointer: `/paths/${path}`,
    request: { method, path, server: "default", parameters, accept: ["application/json"], security: [], ...more },
    responses: [
      { status: "200", contents: [{ mediaType: "application/json", schema: { $ref: "#/$defs/Pet" } as JsonSchema }] },
    ],
    ...call,
  };
}

export const calls: CallPlans = {
  list_pets: plan(
    "GET",
    "/pets",
    ["limit", "status", "tags"].map(queryOf),
    {},
    {
      responses: [
        {
          status: "200",
          contents: [{ mediaType: "application/json", schema: { type: "array", items: { $ref: "#/$defs/Pet" } } }],
        },
      ],
    },
  ),
  get_pet: plan("GET", "/pets/{petId}", [pathId]),
  create_pet: plan(
    "POST",
    "/pets",
    [],
    {
      body: {
        required: true,
        fields: [
          { argument: "name", name: "name" },
          { argument: "age", name: "age" },
        ],
        contents: [{ mediaType: "application/json", encoding: "json" }],
      },
    },
    {
      input: {
        type: "object",
        required: ["name"],
        properties: { name: { $ref: "#/$defs/Name" }, age: { type: "integer", exclusiveMinimum: 0 } },
      },
    },
  ),
  delete_pet: plan("DELETE", "/pets/{petId}", [pathId], {}, { responses: [{ status: "204", contents: [] }] }),
  wait_slowly: plan("GET", "/slow", [queryOf("ms")]),
  get_photo: plan(
    "GET",
    "/photo",
    [],
    { accept: ["image/png"] },
    { responses: [{ status: "200", contents: [{ mediaType: "image/png" }] }] },
  ),
  get_secret: plan("GET", "/pets/1", [], { security: [[{ scheme: "key", scopes: [] }]] }),
  get_big: plan("GET", "/big"),
};

const schemas: SchemaData = {
  Name: { type: "string", minLength: 1, maxLength: 20 },
  Pet: {
    type: "object",
    required: ["id", "name"],
    properties: {
      id: { type: "integer" },
      name: { $ref: "#/$defs/Name" },
      born: { type: "string", format: "date" },
      parent: { $ref: "#/$defs/Pet" },
    },
  },
};

const examples: ExampleData = {
  get_pet: { status: 200, mediaType: "application/json", value: { id: 10, name: "doggie" } },
};

const resources: readonly ResourceData[] = [
  {
    uri: "petstore://pets",
    template: false,
    name: "pets",
    title: "Pets",
    description: "All pets.",
    mimeType: "application/json",
    tool: "list_pets",
    variables: [],
  },
  {
    uri: "petstore://pets{?limit,status,tags}",
    template: true,
    name: "pets_filtered",
    title: "Pets",
    description: "Some pets.",
    mimeType: "application/json",
    tool: "list_pets",
    variables: [
      { name: "limit", argument: "limit", in: "query", type: "integer" },
      { name: "status", argument: "status", in: "query", type: "string", values: ["available", "sold"] },
      { name: "tags", argument: "tags", in: "query", type: "array" },
    ],
  },
  {
    uri: "petstore://pets/{petId}",
    template: true,
    name: "pet",
    title: "Pet",
    description: "One pet.",
    mimeType: "application/json",
    tool: "get_pet",
    variables: [
      {
        name: "petId",
        argument: "petId",
        in: "path",
        type: "integer",
        list: { tool: "list_pets", items: "", property: "id", parents: {} },
      },
    ],
  },
  {
    uri: "petstore://photo",
    template: false,
    name: "photo",
    title: "Photo",
    description: "A photo.",
    mimeType: "image/png",
    tool: "get_photo",
    variables: [],
  },
];

const prompts: readonly PromptData[] = [
  {
    name: "explore",
    title: "Explore",
    description: "Finds the way.",
    arguments: [
      { name: "goal", description: "What to do.", required: true },
      { name: "tag", description: "Area.", required: false, values: ["Pets", "Orders"] },
    ],
    text: "Goal: {{goal}}\nTools:\n{{tools}}",
  },
];
