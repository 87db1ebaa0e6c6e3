/** What a workflow calls: which tools, by way of which others, and which operation a step means among several APIs. */
import { describe, expect, it } from "vitest";
import type { WorkflowData } from "../../../../src/mcp/model.ts";
import { toolsOfWorkflow } from "../../../../src/mcp/workflow/calls.ts";
import { refuseEndless } from "../../../../src/mcp/workflow/endless.ts";
import { type Callable, callablesOf, meant, operationOf, partsOf } from "../../../../src/mcp/workflow/operation-of.ts";

describe("the tools that a workflow calls", () => {
  const step = (more: object): object => ({ onSuccess: [], onFailure: [], ...more });
  const calling = (tool: string, more: object = {}): object => step({ tool, ...more });
  const workflow = (name: string, steps: readonly object[], more: object = {}): WorkflowData =>
    ({ listing: { name }, steps, ...more }) as never;
  const call = (name: string): object => ({ workflow: name });
  const others = [workflow("other", [calling("b"), calling("c")]), workflow("unused", [calling("z")])];
  const called = (one: WorkflowData, all = others): readonly string[] => toolsOfWorkflow(one, [one, ...all]);

  it("are those of its steps, each once", () => {
    expect(called(workflow("w", [calling("a"), calling("b"), calling("a")]))).toEqual(["a", "b"]);
  });

  it.each<[string, WorkflowData]>([
    ["a step that is one", workflow("w", [calling("a"), step({ call: call("other") })])],
    ["what has to be run before", workflow("w", [calling("a")], { dependsOn: [call("other")] })],
    [
      "where it goes after a step",
      workflow("w", [calling("a", { onSuccess: [{ type: "goto", call: call("other") }] })]),
    ],
    [
      "where it goes after a failure",
      workflow("w", [calling("a", { onFailure: [{ type: "goto", call: call("other") }] })]),
    ],
    [
      "what runs before it tries again",
      workflow("w", [calling("a", { onFailure: [{ type: "retry", first: { call: call("other") } }] })]),
    ],
  ])("are those of another workflow, too: of %s", (_what, one) => expect(called(one)).toEqual(["a", "b", "c"]));

  it.each<[string, WorkflowData]>([
    ["an end", workflow("w", [calling("a", { onSuccess: [{ type: "end", call: call("other") }] })])],
    ["a step that is gone to", workflow("w", [calling("a", { onSuccess: [{ type: "goto", step: "other" }] })])],
    ["a retry of the step alone", workflow("w", [calling("a", { onFailure: [{ type: "retry" }] })])],
    [
      "a step of its own before it tries again",
      workflow("w", [calling("a", { onFailure: [{ type: "retry", first: { step: "b" } }] })]),
    ],
  ])("are no others by %s", (_what, one) => expect(called(one)).toEqual(["a"]));

  it("are those of workflows within workflows, and of itself once where they go round", () => {
    const inner = workflow("inner", [calling("c"), step({ call: call("w") })]);
    const middle = workflow("middle", [step({ call: call("inner") }), calling("b")]);
    expect(called(workflow("w", [calling("a"), step({ call: call("middle") })]), [inner, middle])).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});

describe("the operation of a step", () => {
  const callable = (api: string, operationId: string | undefined, request: string, address?: string): Callable => {
    const [method = "", path = ""] = request.split(" ");
    return {
      api,
      operation: { operationId, method, path },
      tool: { listing: { name: operationId } },
      address,
    } as never;
  };
  const pets = callable("pets", "list", "GET /pets/{id}", "/docs/pets.yaml");
  const shop = callable("shop", "list", "GET /pets/{id}", "/docs/shop.yaml");
  const single = callable("shop", "buyPet", "POST /pets/{id}/buy", "/docs/shop.yaml");
  const nameless = callable("shop", undefined, "DELETE /pets/a~b", "/docs/shop.yaml");
  const all = [pets, shop, single, nameless];
  const source = (type: string, ...addresses: readonly string[]) => ({ type, addresses });
  const find = (step: object, sources: Record<string, object> = {}, among = all) =>
    operationOf(step as never, { sources: new Map(Object.entries(sources)) } as never, among);

  it("is the only one of its operationId, and of several that of the source that is named", () => {
    expect(find({ operationId: "buyPet" })).toBe(single);
    const sources = { one: source("openapi", "/docs/pets.yaml"), two: source("openapi", "/docs/shop.yaml") };
    expect(find({ operationId: "$sourceDescriptions.one.list" }, sources)).toBe(pets);
    expect(find({ operationId: "$sourceDescriptions.two.list" }, sources)).toBe(shop);
  });

  it("is that of the API of the source's name, where no document is known", () => {
    expect(find({ operationId: "$sourceDescriptions.shop.list" })).toBe(shop);
    expect(find({ operationId: "$sourceDescriptions.pets.list" }, { pets: source("openapi", "/elsewhere.yaml") })).toBe(
      pets,
    );
  });

  it("is that of the one source that the document has, workflows left aside", () => {
    const sources = { other: source("arazzo", "/docs/pets.yaml"), only: source("openapi", "/docs/shop.yaml") };
    expect(find({ operationId: "list" }, sources)).toBe(shop);
    expect(find({ operationId: "list" }, { ...sources, more: source("openapi", "/docs/pets.yaml") })).toHaveProperty(
      "fault",
    );
  });

  it.each<[string, Callable]>([
    ["{$sourceDescriptions.one.url}#/paths/~1pets~1{id}/get", pets],
    ["{$sourceDescriptions.one.url}#/paths/~1pets~1%7Bid%7D/GET", pets],
    ["{$sourceDescriptions.two.url}#/paths/~1pets~1{id}/get", shop],
    ["#/paths/~1pets~1{id}~1buy/post", single],
    ["{$sourceDescriptions.two.url}#/paths/~1pets~1a~0b/delete", nameless],
  ])("is at the path %s", (operationPath, wanted) => {
    const sources = { one: source("openapi", "/docs/pets.yaml"), two: source("openapi", "/docs/shop.yaml") };
    expect(find({ operationPath }, sources)).toBe(wanted);
  });

  it.each<[object, Record<string, object>, string]>([
    [
      { operationId: "list" },
      {},
      '"list" is an operation of pets, shop: name one as $sourceDescriptions.<api>.<operationId>',
    ],
    [{ operationId: "buyPets" }, {}, 'No tool stands for the operation "buyPets"; did you mean "buyPet"?'],
    [{ operationId: "completelyElse" }, {}, 'No tool stands for the operation "completelyElse"'],
    [{}, {}, 'No tool stands for the operation ""'],
    [
      { operationId: "$sourceDescriptions.onne.list" },
      { one: source("openapi") },
      'The document has no source description "onne"; did you mean "one"?',
    ],
    [
      { operationId: "$sourceDescriptions.flows.list" },
      { flows: source("arazzo") },
      '"flows" describes workflows: name one of them by workflowId',
    ],
    [
      { operationPath: "/paths/~1pets~1{id}~1buy/post" },
      {},
      'No tool stands for the operation "/paths/~1pets~1{id}~1buy/post"',
    ],
    [
      { operationPath: "#/webhooks/~1pets~1{id}~1buy/post" },
      {},
      'No tool stands for the operation "#/webhooks/~1pets~1{id}~1buy/post"',
    ],
    [
      { operationPath: "#/paths/~1pets~1{id}~1buy/put" },
      {},
      'No tool stands for the operation "#/paths/~1pets~1{id}~1buy/put"',
    ],
    [{ operationPath: "#/paths/%E0~1/put" }, {}, 'No tool stands for the operation "#/paths/%E0~1/put"'],
  ])("%j is told what is wrong", (step, sources, fault) => expect(find(step, sources)).toEqual({ fault }));

  it("is named with its source in front, or by itself", () => {
    expect(partsOf("$sourceDescriptions.a-b_1.listPets")).toEqual({ source: "a-b_1", id: "listPets" });
    expect(partsOf("{$sourceDescriptions.a.url}#/paths")).toMatchObject({ source: "a" });
    expect(partsOf("listPets")).toEqual({ source: undefined, id: "listPets" });
    expect(partsOf("my$sourceDescriptions.a.listPets")).toEqual({
      source: undefined,
      id: "my$sourceDescriptions.a.listPets",
    });
    expect(meant("lst", ["list"])).toBe('; did you mean "list"?');
    expect(meant("lst", [])).toBe("");
  });

  it("can be called where its tool was built, with its API and where that is", () => {
    const tool = { listing: { name: "list" } };
    const apis = [{ groups: [{ tools: [tool] }] }] as never;
    const tools = [
      { operation: pets.operation, name: "list" },
      { operation: shop.operation, name: "gone" },
    ];
    expect(callablesOf([{ name: "pets", address: "/docs/pets.yaml", tools }], apis)).toEqual([
      { operation: pets.operation, tool, api: "pets", address: "/docs/pets.yaml" },
    ]);
  });
});

describe("a workflow that goes round for good", () => {
  type Action = { readonly type: string; readonly step?: string; readonly criteria: readonly unknown[] };
  const to = (step: string, ...criteria: readonly unknown[]): Action => ({ type: "goto", step, criteria });
  const end = (...criteria: readonly unknown[]): Action => ({ type: "end", criteria });
  const told = (...steps: readonly (readonly Action[])[]): readonly string[] => {
    const messages: string[] = [];
    const named = steps.map((onSuccess, index) => ({ id: `s${index}`, onSuccess, onFailure: [] }));
    const wishes = named.map(({ id }, index) => ({ id, place: { file: "x", pointer: "", line: index } }));
    refuseEndless({ steps: wishes } as never, named as never, (place, message) =>
      messages.push(`${String((place as { line: number }).line)} ${message}`),
    );
    return messages;
  };
  const refused = (index: number): readonly string[] => [
    `${index} From the step "s${index}" no way leads to the end: give its goto a criterion`,
  ];

  it("is refused at the first step that never comes to an end", () => {
    expect(told([to("s0")])).toEqual(refused(0));
    expect(told([], [to("s2")], [to("s1")])).toEqual(refused(0));
    // The second one goes on to the third, which does not end.
    expect(told([end("x"), to("s2")], [], [to("s2")])).toEqual(refused(1));
    // What follows a way that is always taken is never reached.
    expect(told([to("s0"), end()])).toEqual(refused(0));
    expect(told([to("s0"), to("s1")], [end()])).toEqual(refused(0));
  });

  it("is not where some answer leads on", () => {
    expect(told([to("s0", "x")])).toEqual([]);
    expect(told([to("s0", "x"), end()])).toEqual([]);
    expect(told([to("s1")], [end()])).toEqual([]);
    expect(told([to("s1")], [to("s0", "x"), to("s0", "y")])).toEqual([]);
    expect(told([end("x"), to("s0")])).toEqual([]);
    expect(told([], [])).toEqual([]);
    expect(told([to("s2")], [to("s0")], [to("s1", "x")])).toEqual([]);
  });
});
