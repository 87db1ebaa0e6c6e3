/** Arazzo documents: what becomes a tool, and every fault with its line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Diagnostic, CompileError } from "../../../../src/base/diagnostics.ts";
import { loadWorkflows } from "../../../../src/config/workflows.ts";
import { buildServer } from "../../../../src/mcp/build.ts";
import { noCheck } from "../../../../src/mcp/curation/value-check.ts";
import type { WorkflowData } from "../../../../src/mcp/model.ts";
import { jsonPayload } from "../../../../src/mcp/workflow/payload.ts";
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
      { tell: (diagnostic) => void told.push(diagnostic), valueCheck: noCheck },
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
    ["no operation", "- {stepId: a}", "6 A step needs operationId or operationPath, and one of them only"],
    ["another workflow", "- {stepId: a, workflowId: other}", '6 "workflowId" is not supported'],
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
      "6 A criterion with a regex needs a context",
    ],
    [
      "JSONPath",
      "- {stepId: a, operationId: listPets, successCriteria: [{context: $response.body, type: jsonpath, condition: '$[?@.a]'}]}",
      '6 Criteria of the type "jsonpath" are not evaluated',
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
  ])("tells %s at its line", async (_name, steps, message) => {
    const { workflows, faults } = await built(`  ${steps}`);
    expect(workflows).toEqual([]);
    expect(
      faults.some((fault) => fault.startsWith(message)),
      faults.join("\n"),
    ).toBe(true);
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
    ["arazzo: 1.1.0", "This is Arazzo 1.1.0: 1.0.x is read"],
    ["arazzo: 1.0.1", "has no workflows"],
    ["[]", "is no Arazzo document"],
  ])("is looked for in %s, and missed", async (text, message) => {
    const path = join(folder, "other.yaml");
    writeFileSync(path, text);
    await expect(loadWorkflows([path], {})).rejects.toThrow(message);
  });
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
