/** Workflows that run workflows, and where actions of steps lead: what is asked of the API, in which order. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compile, filesOf, sampleOf, writeTree } from "../golden/sample.ts";
import { connectHttp, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

const arazzo = `arazzo: 1.1.0
workflows:
- workflowId: order
  inputs: {type: object, required: [pet], properties: {pet: {type: integer}, quantity: {type: integer, default: 1}}}
  steps:
  - stepId: place
    operationId: placeOrder
    requestBody: {payload: {petId: $inputs.pet, quantity: $inputs.quantity}}
    outputs: {id: $response.body#/id}
  outputs: {order: $steps.place.outputs.id, quantity: $inputs.quantity}
- workflowId: buy
  inputs: {type: object, properties: {name: {type: string}}}
  steps:
  - stepId: add
    operationId: createPet
    requestBody: {payload: {name: $inputs.name}}
    outputs: {pet: $response.body#/id}
  - stepId: order
    workflowId: order
    parameters: [{name: pet, value: $steps.add.outputs.pet}, {name: quantity, value: 3}]
    successCriteria: [{condition: $statusCode == 201}]
    outputs: {order: $outputs.order}
  outputs: {order: $steps.order.outputs.order, quantity: $workflows.order.outputs.quantity}
- workflowId: open
  steps:
  - {stepId: health, operationId: health, outputs: {said: $response.body}}
- workflowId: look
  dependsOn: [open]
  inputs: {type: object, properties: {pet: {type: integer}}}
  steps:
  - stepId: pet
    operationId: getPet
    parameters: [{name: petId, in: path, value: $inputs.pet}]
    onSuccess:
    - {name: none, type: goto, workflowId: order, criteria: [{context: $response.body, type: jsonpath, condition: "$[?@ == 'sold']"}]}
    - {name: done, type: end, criteria: [{condition: "$response.body.status == 'available'"}]}
    outputs: {name: $response.body#/name, said: $workflows.open.outputs.said}
  - stepId: orders
    operationId: listOrders
    outputs: {all: {context: $response.body, selector: "$[*].id", type: jsonpath}}
- workflowId: again
  inputs: {type: object, properties: {pet: {type: integer}}}
  steps:
  - {stepId: first, operationId: listOrders}
  - stepId: pet
    operationId: getPet
    parameters: [{name: petId, in: path, value: $inputs.pet}]
    onFailure:
    - {name: step, type: retry, stepId: first, criteria: [{condition: $statusCode == 409}]}
    - {name: workflow, type: retry, retryLimit: 2, workflowId: open, criteria: [{condition: $statusCode >= 500}]}
    - {name: other, type: goto, stepId: last, criteria: [{condition: $statusCode == 404}]}
    outputs: {name: $response.body#/name}
  - {stepId: skipped, operationId: health}
  - stepId: last
    operationId: listOrders
  outputs: {name: $steps.pet.outputs.name}
- workflowId: late
  steps:
  - {stepId: slow, operationId: health, timeout: 50, onFailure: [{name: x, type: goto, stepId: then}]}
  - {stepId: then, operationId: listOrders}
`;

const order = "123e4567-e89b-12d3-a456-426614174000";
const pet = (more: object = {}): ReturnType<typeof jsonAnswer> => jsonAnswer({ id: 7, name: "Rex", ...more });
const added = jsonAnswer({ id: 7, name: "Rex" }, 201);
const placed = jsonAnswer({ id: order, petId: 7, quantity: 3 }, 201);
const health = { status: 200, headers: { "content-type": "text/plain" }, body: "open" };
const orders = jsonAnswer([{ id: order, petId: 7, quantity: 1 }]);
const fault = (status: number): ReturnType<typeof jsonAnswer> => jsonAnswer({ title: "no" }, status);

let http: HttpServer;
let upstream: Upstream;
let client: Client;
const folder = mkdtempSync(join(tmpdir(), "arazzo-"));

beforeAll(async () => {
  const path = join(folder, "w.arazzo.yaml");
  writeFileSync(path, arazzo);
  const place = { file: "", pointer: "" };
  const toolset = (name: string, ...operations: readonly string[]) => ({
    name,
    include: operations.map((operationId) => ({ operationId, place })),
    exclude: [],
    readOnly: false,
    custom: [],
    place,
  });
  const project = writeTree(
    await filesOf(sampleOf("curation/workflows"), {
      workflows: [path],
      toolsets: [toolset("ordering", "placeOrder"), toolset("buying", "placeOrder", "createPet")],
    }),
  );
  expect(compile(project, ".")).toBe("");
  upstream = await startUpstream();
  http = await startHttp(join(project, "dist/main.js"), {
    PET_STORE_BASE_URL: `${upstream.url}/v1`,
    PET_STORE_API_KEY: "key-that-nobody-sees",
    MCP_LOG_LEVEL: "info",
    MCP_ATTEMPTS: "1",
  });
  client = (await connectHttp("modern", http.url)) as Client;
});

afterAll(async () => {
  await client.close();
  expect(await http.stop()).toBe(0);
  await upstream.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  upstream.answers = [];
  upstream.requests.length = 0;
});

const sent = (): readonly string[] => upstream.requests.map(({ method, target }) => `${method} ${target.slice(3)}`);
const textOf = ({ content }: { readonly content: unknown }): string =>
  (content as readonly { readonly text: string }[])[0]?.text ?? "";
const run = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });

describe("a step that runs a workflow", () => {
  it("hands inputs on, and is given outputs and the status of the last call", async () => {
    upstream.answers = [added, placed];
    const result = await run("buy", { name: "Rex" });
    expect(textOf(result)).toContain(order);
    expect(result.structuredContent).toEqual({ order, quantity: 3 });
    expect(sent()).toEqual(["POST /pets", "POST /orders"]);
    expect(JSON.parse(String(upstream.requests[1]?.body))).toEqual({ petId: 7, quantity: 3 });
  });

  it("tells of a failure within it by the whole way to it, once, and of what was done with what it gave", async () => {
    upstream.answers = [added, fault(409)];
    const text = textOf(await run("buy", { name: "Rex" }));
    expect(text).toMatch(/^The workflow stopped at the step "order\/place" \(place_order\): HTTP 409/);
    expect(text).toMatch(/Done before, and not undone: add \(create_pet: 201\) gave \{"pet":7\}\.$/);
  });

  it("has the inputs checked like those of a call of its own", async () => {
    upstream.answers = [jsonAnswer({ id: "seven", name: "Rex" }, 201)];
    const text = textOf(await run("buy", { name: "Rex" }));
    expect(text).toContain('stopped at the step "order" (order)');
    expect(text).toContain("pet");
    expect(sent()).toEqual(["POST /pets"]);
  });

  it("is named by the calls of it in the log", () => {
    const lines = http.log.filter((line) => line.includes('"event":"call"')).map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(expect.objectContaining({ tool: "order", via: "buy", outcome: "ok" }));
    expect(lines).toContainEqual(expect.objectContaining({ tool: "place_order", via: "order", status: 201 }));
  });
});

describe("actions and what is done before", () => {
  it("runs what a workflow depends on first, and knows what it gave", async () => {
    upstream.answers = [health, pet({ status: "available" })];
    const result = await run("look", { pet: 7 });
    expect(sent()).toEqual(["GET /health", "GET /pets/7"]);
    expect(result.structuredContent).toEqual({ name: "Rex", said: "open" });
  });

  it("goes on to another workflow, one way", async () => {
    upstream.answers = [health, pet({ status: "sold" }), placed];
    const result = await run("look", { pet: 7 });
    expect(sent()).toEqual(["GET /health", "GET /pets/7", "POST /orders"]);
    expect(result.structuredContent).toEqual({ order, quantity: 1 });
  });

  it("goes on with the next step where no action fits, and selects by JSONPath", async () => {
    upstream.answers = [health, pet({ status: "pending" }), orders];
    expect((await run("look", { pet: 7 })).structuredContent).toEqual({ all: [order] });
  });

  it("stops where what it depends on fails", async () => {
    upstream.answers = [fault(500)];
    const result = await run("look", { pet: 7 });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('stopped at the step "open/health" (health)');
    expect(sent()).toEqual(["GET /health"]);
  });

  it("calls a step, or runs a workflow, before it repeats one", async () => {
    upstream.answers = [orders, fault(409), orders, pet(), health, orders];
    expect((await run("again", { pet: 7 })).structuredContent).toEqual({ name: "Rex" });
    expect(sent()).toEqual(["GET /orders", "GET /pets/7", "GET /orders", "GET /pets/7", "GET /health", "GET /orders"]);
    upstream.requests.length = 0;
    upstream.answers = [orders, fault(503), health, fault(503), health, pet(), health, orders];
    expect((await run("again", { pet: 7 })).isError).toBeFalsy();
    expect(sent().filter((line) => line === "GET /health")).toHaveLength(3);
  });

  it("goes to a later step after a failure, and does what lies between not", async () => {
    upstream.answers = [orders, fault(404), orders];
    const result = await run("again", { pet: 7 });
    expect(result.isError).toBeFalsy();
    expect(sent()).toEqual(["GET /orders", "GET /pets/7", "GET /orders"]);
  });

  it("stops where what is run before a repetition fails", async () => {
    upstream.answers = [orders, fault(409), fault(400)];
    const text = textOf(await run("again", { pet: 7 }));
    expect(text).toContain('stopped at the step "first" (list_orders), before "pet" was repeated: HTTP 400');
  });
});

it("fails a step that takes longer than it may", async () => {
  upstream.answers = [{ ...health, hang: true }, orders];
  const result = await run("late", {});
  expect(result.isError).toBeFalsy();
  expect(sent()).toEqual(["GET /health", "GET /orders"]);
});

it("belongs to the toolsets that hold all that it calls, by way of others as well", async () => {
  const names = async (path: string): Promise<string[]> => {
    const slice = (await connectHttp("modern", `${http.url}/${path}`)) as Client;
    const { tools } = await slice.listTools();
    await slice.close();
    return tools.map(({ name }) => name);
  };
  expect((await names("ordering")).sort()).toEqual(["order", "place_order"]);
  expect((await names("buying")).sort()).toEqual(["buy", "create_pet", "order", "place_order"]);
});
