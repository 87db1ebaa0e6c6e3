/** Arazzo documents: what becomes a tool, and every fault with its line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Diagnostic, CompileError } from "../../../../src/base/diagnostics.ts";
import { loadWorkflows } from "../../../../src/config/workflows.ts";
import { buildServer } from "../../../../src/mcp/build.ts";
import { loadQueryFault } from "../../../../src/mcp/workflow/query-check.ts";
import { noCheck } from "../../../../src/mcp/curation/value-check.ts";
import type { WorkflowData } from "../../../../src/mcp/model.ts";
import { toolsOfWorkflow } from "../../../../src/mcp/workflow/calls.ts";
import { formPayload, jsonPayload } from "../../../../src/mcp/workflow/payload.ts";
import { apiOf } from "../../document.ts";

const folder = mkdtempSync(join(tmpdir(), "arazzo-"));
afterAll(() => rmSync(folder, { recursive: true }));

const answer = { responses: { 200: { description: "done" } } };
const document = {
  paths: {
    "/pets": {
      get: { operationId: "listPets", ...answer },
      post: {
        operationId: "addPet",
        requestBody: { content: { "application/json": { schema: { type: "object", properties: { name: {} } } } } },
        ...answer,
      },
    },
    "/pets/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      delete: { operationId: "dropPet", ...answer },
    },
  },
};

/** The workflows of steps as YAML, or what is wrong with them: `line message`. */
async function built(
  steps: string,
  more = "",
): Promise<{ readonly workflows: readonly WorkflowData[]; readonly faults: readonly string[] }> {
  const path = join(folder, "x.arazzo.yaml");
  const head = "arazzo: 1.0.1\nworkflows:\n- workflowId: doIt\n  inputs: {type: object, properties: {pet: {}}}\n";
  writeFileSync(path, `${head}  steps:\n${steps}\n${more}`);
  const told: Diagnostic[] = [];
  try {
    const workflowWishes = await loadWorkflows([path], {});
    const model = buildServer(
      [{ ...apiOf(document), report: () => undefined }],
      { workflowWishes },
      { tell: (diagnostic) => void told.push(diagnostic), valueCheck: noCheck, queryFault: await loadQueryFault() },
    );
    expect(told.every(({ code, file }) => code === "invalid-workflow" && file === path)).toBe(true);
    return { workflows: model.workflows, faults: told.map(({ line, message }) => `${line} ${message}`) };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { workflows: [], faults: error.diagnostics.map(({ line, message }) => `${line} ${message}`) };
  }
}

describe("a workflow", () => {
  it("becomes a tool whose hints are those of the worst that it calls", async () => {
    const { workflows, faults } = await built(`
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationPath: '{$sourceDescriptions.x.url}#/paths/~1pets~1{id}/delete', parameters: [{name: id, in: path, value: $inputs.pet}]}`);
    expect(faults).toEqual([]);
    expect(workflows).toMatchObject([
      {
        listing: { name: "do_it", annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true } },
        steps: [
          { id: "a", tool: "list_pets" },
          { id: "b", tool: "drop_pet", parameters: [{ argument: "id", value: "$inputs.pet" }] },
        ],
      },
    ]);
  });

  it("takes no name of a tool that is there", async () => {
    const path = join(folder, "names.yaml");
    const steps = "steps: [{stepId: a, operationId: listPets}]";
    writeFileSync(
      path,
      `arazzo: 1.0.0\nworkflows:\n- {workflowId: listPets, ${steps}}\n- {workflowId: list_pets, ${steps}}\n`,
    );
    const model = buildServer([{ ...apiOf(document), report: () => undefined }], {
      workflowWishes: await loadWorkflows([path], {}),
    });
    expect(model.workflows.map(({ listing }) => listing.name)).toEqual(["list_pets_2", "list_pets_3"]);
  });

  it("is listed whatever is planned, and takes a place among the tools that are listed at most", async () => {
    const path = join(folder, "place.yaml");
    writeFileSync(path, "arazzo: 1.0.0\nworkflows: [{workflowId: x, steps: [{stepId: a, operationId: listPets}]}]\n");
    const workflowWishes = await loadWorkflows([path], {});
    const planOf = (more: object) =>
      buildServer([{ ...apiOf(document), report: () => undefined }], { list: { maxTools: 3 }, ...more }).plan.mode;
    expect([planOf({}), planOf({ workflowWishes })]).toEqual(["all", "planned"]);
  });

  it.each<[string, string, string]>([
    [
      "an unknown operation",
      "- {stepId: a, operationId: listPet}",
      '6 No tool stands for the operation "listPet"; did you mean "listPets"?',
    ],
    [
      "an unknown path",
      "- {stepId: a, operationPath: '{$sourceDescriptions.x.url}#/paths/~1owners/get'}",
      "6 No tool stands for the operation",
    ],
    ["no operation", "- {stepId: a}", "6 A step needs operationId, operationPath or workflowId, and one of them only"],
    ["another workflow", "- {stepId: a, workflowId: other}", '6 There is no workflow "other"'],
    [
      "a step twice",
      "- {stepId: a, operationId: listPets}\n  - {stepId: a, operationId: listPets}",
      '7 The step "a" is there twice',
    ],
    [
      "a parameter that there is not",
      "- {stepId: a, operationId: listPets, parameters: [{name: id, in: path, value: 1}]}",
      '6 list_pets has no parameter "id" in path',
    ],
    [
      "an input that there is not",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: $inputs.pets}]}",
      '6 The workflow has no input "pets"; did you mean "pet"?',
    ],
    [
      "an expression that is none",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: $steps.b}]}",
      '6 "$steps.b" is no expression',
    ],
    [
      "an expression within a text",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: 'x-{$inputs.no}'}]}",
      '6 The workflow has no input "no"',
    ],
    [
      "an unknown step",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: $steps.b.outputs.x}]}",
      '6 The workflow has no step "b"',
    ],
    [
      "an unknown output",
      "- {stepId: a, operationId: listPets, outputs: {one: $statusCode}}\n  - {stepId: b, operationId: dropPet, parameters: [{name: id, in: path, value: $steps.a.outputs.two}]}",
      '7 The step "a" has no output "two"',
    ],
    [
      "an answer before the call",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: $response.body#/id}]}",
      '6 "$response.body#/id" is not known here',
    ],
    [
      "a body that the operation has not",
      "- {stepId: a, operationId: listPets, requestBody: {payload: {}}}",
      "6 list_pets has no body",
    ],
    [
      "a payload that is no JSON",
      "- {stepId: a, operationId: addPet, requestBody: {payload: '{\"name\": }'}}",
      "6 The payload is a text that is no JSON",
    ],
    [
      "a media type that it has not",
      "- {stepId: a, operationId: addPet, requestBody: {contentType: text/csv, payload: {}}}",
      "6 add_pet takes no body of the type text/csv, but application/json",
    ],
    [
      "a condition that is none",
      "- {stepId: a, operationId: listPets, successCriteria: [{condition: '$statusCode == '}]}",
      '6 The condition "$statusCode == " ends too early',
    ],
    [
      "a regex of unbounded time",
      "- {stepId: a, operationId: listPets, successCriteria: [{context: $response.body, type: regex, condition: '(a)\\1'}]}",
      "6 ",
    ],
    [
      "a regex without a context",
      "- {stepId: a, operationId: listPets, successCriteria: [{type: regex, condition: a}]}",
      "6 A criterion of the type regex needs a context",
    ],
    [
      "JSONPath that is none",
      "- {stepId: a, operationId: listPets, successCriteria: [{context: $response.body, type: jsonpath, condition: '$[?@.a'}]}",
      '6 "$[?@.a" is no JSONPath',
    ],
    [
      "JSONPath of before the standard",
      "- {stepId: a, operationId: listPets, successCriteria: [{context: $response.body, type: {type: jsonpath, version: draft-goessner-dispatch-jsonpath-00}, condition: '$.a'}]}",
      "6 jsonpath is read as rfc9535, not as draft-goessner-dispatch-jsonpath-00",
    ],
    [
      "XPath",
      "- {stepId: a, operationId: listPets, successCriteria: [{context: $response.body, type: xpath, condition: '/a'}]}",
      '6 The type "xpath" is not evaluated: write a simple condition, a regex or JSONPath',
    ],
    [
      "a goto to nowhere",
      "- {stepId: a, operationId: listPets, onSuccess: [{name: x, type: goto, stepId: z}]}",
      '6 The workflow has no step "z"',
    ],
    [
      "a circle without an end",
      "- {stepId: a, operationId: listPets}\n  - {stepId: b, operationId: listPets, onSuccess: [{name: x, type: goto, stepId: a}]}",
      '6 From the step "a" no way leads to the end',
    ],
    [
      "a retry after success",
      "- {stepId: a, operationId: listPets, onSuccess: [{name: x, type: retry}]}",
      '6 The type of an action is end or goto, not "retry"',
    ],
    [
      "retries without number",
      "- {stepId: a, operationId: listPets, onFailure: [{name: x, type: retry, retryLimit: 1000}]}",
      "6 retryLimit is 1000: 20 at most",
    ],
    [
      "a component that there is not",
      "- {stepId: a, operationId: listPets, onFailure: [{reference: $components.failureActions.z}]}",
      '6 "$components.failureActions.z" leads to none',
    ],
    ["no steps", "", "3 A workflow needs steps"],
    [
      "a parameter of an operation without a place",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, value: 1}]}",
      '6 A parameter of an operation needs "in"',
    ],
    ["a message", "- {stepId: a, channelPath: x}", '6 "channelPath" is not supported: steps call HTTP operations'],
    [
      "a step that comes later as one to be done before",
      "- {stepId: a, operationId: listPets, dependsOn: [b]}\n  - {stepId: b, operationId: listPets}",
      '6 No step "b" comes before this one',
    ],
    [
      "outputs of a workflow that runs nothing",
      "- {stepId: a, operationId: listPets, outputs: {x: $outputs.y}}",
      '6 "$outputs.y" is not known here: the step runs no workflow',
    ],
    [
      "a workflow that was not run",
      "- {stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: $workflows.other.outputs.x}]}",
      '6 No workflow "other" is run before this',
    ],
    [
      "a selector in XPath",
      "- {stepId: a, operationId: listPets, outputs: {x: {context: $response.body, selector: /a, type: xpath}}}",
      '6 The type "xpath" is not evaluated: select by JSONPath or JSON pointer',
    ],
    [
      "a selector that is no JSONPath",
      "- {stepId: a, operationId: listPets, outputs: {x: {context: $response.body, selector: 'a[', type: jsonpath}}}",
      '6 "a[" is no JSONPath',
    ],
    [
      "an output that is no expression",
      "- {stepId: a, operationId: listPets, outputs: {x: 5}}",
      '6 The output "x" needs an expression',
    ],
    [
      "an end that leads somewhere",
      "- {stepId: a, operationId: listPets, onFailure: [{name: x, type: end, stepId: a}]}",
      "6 An action of the type end leads nowhere",
    ],
    [
      "a goto to two places",
      "- {stepId: a, operationId: listPets, onFailure: [{name: x, type: goto, stepId: a, workflowId: b}]}",
      "6 An action leads to a stepId or to a workflowId, not to both",
    ],
    [
      "a body for a workflow",
      "- {stepId: a, workflowId: doIt, requestBody: {payload: {}}}",
      "6 A workflow takes inputs, as parameters, and no body",
    ],
    ["a workflow that runs itself", "- {stepId: a, workflowId: doIt}", '3 The workflow "doIt" leads back to itself'],
  ])("tells %s at its line", async (_name, steps, message) => {
    const { workflows, faults } = await built(`  ${steps}`);
    expect(workflows).toEqual([]);
    expect(
      faults.some((fault) => fault.startsWith(message)),
      faults.join("\n"),
    ).toBe(true);
  });

  it("may go over steps, to one that ends", async () => {
    const { workflows, faults } = await built(`
  - {stepId: a, operationId: listPets, onSuccess: [{name: x, type: goto, stepId: c}]}
  - {stepId: b, operationId: listPets, onSuccess: [{name: x, type: goto, stepId: a}]}
  - {stepId: c, operationId: listPets, onSuccess: [{name: x, type: end}]}`);
    expect(faults).toEqual([]);
    expect(workflows[0]?.steps.map(({ onSuccess }) => onSuccess)).toEqual([
      [{ criteria: [], type: "goto", step: "c" }],
      [{ criteria: [], type: "goto", step: "a" }],
      [{ criteria: [], type: "end" }],
    ]);
  });

  it("goes round where a criterion lets it end", async () => {
    const { faults } = await built(`
  - stepId: a
    operationId: listPets
    onSuccess: [{name: x, type: goto, stepId: a, criteria: [{condition: $response.body#/more == true}]}]`);
    expect(faults).toEqual([]);
  });

  it.each([
    ["openapi: 3.1.0", "is no Arazzo document"],
    ["arazzo: 2.0.0", "This is Arazzo 2.0.0: 1.0.x and 1.1.x are read"],
    ["arazzo: 1.0.1", "has no workflows"],
    ["[]", "is no Arazzo document"],
  ])("is looked for in %s, and missed", async (text, message) => {
    const path = join(folder, "other.yaml");
    writeFileSync(path, text);
    await expect(loadWorkflows([path], {})).rejects.toThrow(message);
  });
});

/** Workflows of documents by their name, and what is wrong: `file:line message`. */
async function documents(
  texts: Readonly<Record<string, string>>,
  apis: readonly { readonly paths: typeof document.paths; readonly address?: string }[] = [document],
): Promise<{ readonly workflows: readonly WorkflowData[]; readonly faults: readonly string[] }> {
  const paths = Object.entries(texts).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  const shown = ({ file, line, message }: Diagnostic): string => `${basename(file)}:${line} ${message}`;
  const told: Diagnostic[] = [];
  try {
    const workflowWishes = await loadWorkflows(paths, {});
    const model = buildServer(
      apis.map(({ address, ...rest }) => ({ ...apiOf(rest), address, report: () => undefined })),
      { workflowWishes },
      { tell: (diagnostic) => void told.push(diagnostic), valueCheck: noCheck, queryFault: await loadQueryFault() },
    );
    return { workflows: model.workflows, faults: told.map(shown) };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { workflows: [], faults: error.diagnostics.map(shown) };
  }
}

const inner = `
- workflowId: inner
  inputs: {type: object, required: [id], properties: {id: {}, note: {}}}
  steps: [{stepId: drop, operationId: dropPet, parameters: [{name: id, in: path, value: $inputs.id}], outputs: {status: $statusCode}}]
  outputs: {done: $steps.drop.outputs.status}`;

describe("workflows that run workflows", () => {
  const outer = (step: string, more = ""): string =>
    `arazzo: 1.0.1\nworkflows:\n- workflowId: outer\n  inputs: {type: object, properties: {id: {}}}\n  ${more}\n  steps:\n  - ${step}${inner}\n`;

  it("hand inputs on, know what is given, and have the hints of the worst below them", async () => {
    const { workflows, faults } = await documents({
      "a.yaml": outer(
        "{stepId: a, workflowId: inner, parameters: [{name: id, value: $inputs.id}], outputs: {x: $outputs.done}, successCriteria: [{condition: $statusCode == 204}]}",
        "outputs: {x: $steps.a.outputs.x, y: $workflows.inner.outputs.done, z: $workflows.outer.inputs.id}",
      ),
    });
    expect(faults).toEqual([]);
    expect(workflows[0]).toMatchObject({
      id: "outer",
      listing: { name: "outer", annotations: { destructiveHint: true } },
      steps: [{ id: "a", call: { workflow: "inner", inputs: { id: "$inputs.id" } } }],
    });
    expect(workflows[0]?.listing.description).toContain("drop_pet");
  });

  it("lead there by an action and as what is done before, with inputs of the same name", async () => {
    const { workflows, faults } = await documents({
      "a.yaml": outer(
        "{stepId: a, operationId: listPets, onFailure: [{name: x, type: retry, workflowId: inner}], onSuccess: [{name: y, type: goto, workflowId: inner, parameters: [{name: note, value: hi}]}]}",
        "dependsOn: [inner]",
      ),
    });
    expect(faults).toEqual([]);
    const call = { workflow: "inner", inputs: { id: "$inputs.id" } };
    expect(workflows[0]).toMatchObject({
      dependsOn: [call],
      steps: [{ onFailure: [{ first: { call } }], onSuccess: [{ call: { inputs: { ...call.inputs, note: "hi" } } }] }],
    });
  });

  it.each<[string, string, string, string]>([
    [
      "an input that it has not",
      "{stepId: a, workflowId: inner, parameters: [{name: ids, value: 1}, {name: id, value: 1}]}",
      "",
      '7 The workflow "inner" has no input "ids"; did you mean "id"?',
    ],
    ["an input that is lacking", "{stepId: a, workflowId: inner}", "", '7 The workflow "inner" needs the input "id"'],
    [
      "an output that it has not",
      "{stepId: a, workflowId: inner, parameters: [{name: id, value: 1}], outputs: {x: $outputs.dome}}",
      "",
      '7 The workflow that the step runs has no output "dome"; did you mean "done"?',
    ],
    [
      "a workflow that there is not",
      "{stepId: a, workflowId: iner}",
      "",
      '7 There is no workflow "iner"; did you mean "inner"?',
    ],
    [
      "another document that is none",
      "{stepId: a, workflowId: $sourceDescriptions.b.inner}",
      "",
      '7 The document has no source description "b" of the type arazzo',
    ],
    [
      "what has to be done before that there is not",
      "{stepId: a, operationId: listPets}",
      "dependsOn: [no]",
      '5 There is no workflow "no"',
    ],
  ])("tell of %s at its line", async (_name, step, more, message) => {
    const { faults } = await documents({ "a.yaml": outer(step, more) });
    expect(
      faults.some((fault) => fault.startsWith(`a.yaml:${message}`)),
      faults.join("\n"),
    ).toBe(true);
  });

  it("do not come back to themselves, by whatever way", async () => {
    const text = (id: string, ...lines: readonly string[]): string => `- workflowId: ${id}\n  ${lines.join("\n  ")}\n`;
    const { workflows, faults } = await documents({
      "a.yaml": `arazzo: 1.0.1\nworkflows:\n${text("one", "steps: [{stepId: a, workflowId: two}]")}${text("two", "dependsOn: [three]", "steps: [{stepId: a, operationId: listPets}]")}${text("three", "steps: [{stepId: a, operationId: listPets, onFailure: [{name: x, type: goto, workflowId: one}]}]")}${text("four", "steps: [{stepId: a, workflowId: one}]")}`,
    });
    expect(workflows).toEqual([]);
    expect(faults[0]).toBe('a.yaml:3 The workflow "one" leads back to itself, by way of "two", "three"');
    expect(faults).toHaveLength(3);
  });
});

describe("workflows that grow", () => {
  /** A chain of workflows, each of which runs the next one twice. */
  const chain = (length: number): string => {
    const all = Array.from({ length }, (_, index) => {
      const next = `workflowId: w${index + 1}`;
      const steps =
        index + 1 < length
          ? `[{stepId: a, ${next}}, {stepId: b, ${next}}]`
          : "[{stepId: a, operationId: dropPet, parameters: [{name: id, in: path, value: 1}]}]";
      return `- {workflowId: w${index}, steps: ${steps}}`;
    });
    return `arazzo: 1.0.1\nworkflows:\n${all.join("\n")}\n`;
  };

  it("by running others twice are built in proportion to what is written", async () => {
    const { workflows, faults } = await documents({ "a.yaml": chain(21) });
    expect(faults).toEqual([]);
    expect(workflows).toHaveLength(21);
    expect(workflows[0]?.listing.annotations.destructiveHint).toBe(true);
    expect(toolsOfWorkflow(workflows[0] as WorkflowData, workflows)).toEqual(["drop_pet"]);
  });

  it("deeper than a run may go are refused", async () => {
    const { faults } = await documents({ "a.yaml": chain(1_000) });
    expect(faults[0]).toBe('a.yaml:3 The workflow "w0" runs workflows more than 20 deep within each other');
  });

  it("by references within references are refused", async () => {
    const inputs = Array.from(
      { length: 15 },
      (_, index) =>
        `    i${index}: {type: object, properties: {${Array.from({ length: 8 }, (_item, at) => `p${at}: {$ref: '#/components/inputs/i${index + 1}'}`).join(", ")}}}`,
    );
    const { faults } = await documents({
      "a.yaml": `arazzo: 1.0.1\nworkflows: [{workflowId: w, inputs: {$ref: '#/components/inputs/i0'}, steps: [{stepId: a, operationId: listPets}]}]\ncomponents:\n  inputs:\n${inputs.join("\n")}\n    i15: {type: string}\n`,
    });
    expect(faults).toEqual(["a.yaml:2 This is too large with all that it refers to"]);
  });
});

describe("sources of a document", () => {
  const head = (sources: string): string => `arazzo: 1.0.1\nsourceDescriptions: [${sources}]\nworkflows:\n`;
  const two = [
    { ...document, address: join(folder, "one.yaml") },
    { ...document, address: join(folder, "two.yaml") },
  ];
  const toolOf = ({ workflows }: { readonly workflows: readonly WorkflowData[] }): unknown => workflows[0]?.steps[0];

  it("tell APIs apart by where they are, and one alone needs no name", async () => {
    const step = (id: string): string => `- {workflowId: w, steps: [{stepId: a, operationId: ${id}}]}`;
    const sources = "{name: s, url: ./two.yaml, type: openapi}";
    for (const id of ["$sourceDescriptions.s.listPets", "listPets"]) {
      const found = await documents({ "a.yaml": head(sources) + step(id) }, two);
      expect(found.faults).toEqual([]);
      expect(toolOf(found)).toMatchObject({ tool: expect.stringMatching(/^(?!api_list|one).*list_pets/) as string });
    }
    const both = await documents({ "a.yaml": head("") + step("listPets") }, two);
    expect(both.faults.join()).toContain('"listPets" is an operation of');
  });

  it("hold workflows of other documents that are read, too", async () => {
    const step =
      "- {workflowId: w, steps: [{stepId: a, workflowId: $sourceDescriptions.b.inner, parameters: [{name: id, value: 1}]}]}";
    const text = head("{name: b, url: ./b.yaml, type: arazzo}") + step;
    const both = await documents({ "a.yaml": text, "b.yaml": `arazzo: 1.1.0\nworkflows:${inner}` });
    expect(both.faults).toEqual([]);
    expect(both.workflows).toHaveLength(2);
    const alone = await documents({ "a.yaml": text });
    expect(alone.faults).toEqual([
      'a.yaml:4 The document "b" is none of those that are read: give it with --workflows, too',
    ]);
  });

  it.each([
    ["{name: b, url: ./b.yaml, type: asyncapi}", 'a.yaml:2 A source of the type "asyncapi" is not read'],
    ["{name: b, url: ./b.yaml, type: arazzo}", 'a.yaml:4 "b" describes workflows: name one of them by workflowId'],
    ["{name: c, url: ./b.yaml, type: openapi}", 'a.yaml:4 The document has no source description "b"'],
  ])("%s: %s", async (sources, message) => {
    const { faults } = await documents({
      "a.yaml": `${head(sources)}- {workflowId: w, steps: [{stepId: a, operationId: $sourceDescriptions.b.listPets}]}`,
    });
    expect(faults.join("\n")).toContain(message);
  });
});

it("reads selectors, targets and time limits of Arazzo 1.1", async () => {
  const { workflows, faults } = await documents({
    "a.yaml": `arazzo: 1.1.0
$self: https://a.example/w.yaml
workflows:
- workflowId: w
  inputs: {type: object, properties: {all: {}}}
  steps:
  - stepId: a
    operationId: addPet
    timeout: 1500
    requestBody:
      payload: {name: {context: $inputs.all, selector: '$.names[0]', type: {type: jsonpath, version: rfc9535}}}
      replacements: [{target: '$..name', targetSelectorType: jsonpath, value: x}]
    outputs:
      one: {context: $response.body, selector: /a/b, type: jsonpointer}
      two: {context: $response.body, selector: '$.a[*]', type: jsonpath}
  - {stepId: b, operationId: listPets, dependsOn: [a]}
`,
  });
  expect(faults).toEqual([]);
  expect(workflows[0]?.steps[0]).toMatchObject({
    timeoutMs: 1500,
    body: {
      payload: { name: { context: "$inputs.all", selector: "$.names[0]", type: "jsonpath" } },
      replacements: [{ target: "$..name", isQuery: true, value: "x" }],
    },
    outputs: { one: "$response.body#/a/b", two: { type: "jsonpath" } },
  });
});

it("keeps actions of a workflow beside those of its steps, but for those of the same name", async () => {
  const { workflows, faults } = await documents({
    "a.yaml": `arazzo: 1.0.1
workflows:
- workflowId: w
  failureActions: [{name: again, type: retry, retryLimit: 2}, {name: stop, type: end}]
  steps:
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: listPets, onFailure: [{name: again, type: retry, retryLimit: 5}]}
  - {stepId: c, operationId: listPets, onFailure: []}
`,
  });
  expect(faults).toEqual([]);
  const limits = workflows[0]?.steps.map(({ onFailure }) =>
    onFailure.map((action) => (action.type === "retry" ? action.limit : action.type)),
  );
  expect(limits).toEqual([
    [2, "end"],
    [5, "end"],
    [2, "end"],
  ]);
});

describe("a payload written as a form", () => {
  it.each([
    ["a=1&b={$inputs.b}&c=x%20y+z", { a: "1", b: "{$inputs.b}", c: "x y z" }],
    ["a=1&a={$inputs.a}", { a: ["1", "{$inputs.a}"] }],
    ["$inputs.whole", "$inputs.whole"],
  ])("%s", (text, value) => expect(formPayload(text)).toEqual(value));
});

describe("a payload written as JSON", () => {
  it.each([
    [
      '{"a": {$inputs.a}, "b": "x {$inputs.b} }", "c": "\\"{$inputs.c}"}',
      { a: "$inputs.a", b: "x {$inputs.b} }", c: '"{$inputs.c}' },
    ],
    ["[{$inputs.a}, 1]", ["$inputs.a", 1]],
    ["$inputs.whole", "$inputs.whole"],
    ['{"a": {$inputs.a', undefined],
    ["words", undefined],
  ])("%s", (text, value) => {
    expect(jsonPayload(text)).toEqual(value);
  });
});
