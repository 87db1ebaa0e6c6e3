/** Reads the workflows of an Arazzo document: the form of what they say, with every fault at its place. */
import { defined } from "../../base/defined.ts";
import { type JsonObject, isArray, isObject, own, ownString } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { ActionWish, BodyWish, ParameterWish, StepWish, WorkflowWish } from "../../mcp/curation/workflow.ts";
import { actionsOf, parametersOf, referenceOf, referencesOf, withDefaults } from "./actions.ts";
import type { At, Located } from "./located.ts";
import { criteriaOf, isQueryTarget, outputsOf, valueOf } from "./values.ts";

/** Where a workflow stands, and what it can name. */
export type Surroundings = Pick<WorkflowWish, "document" | "sources">;

/** What every step of a workflow has. */
interface Defaults {
  readonly parameters: readonly ParameterWish[];
  readonly onSuccess: readonly ActionWish[];
  readonly onFailure: readonly ActionWish[];
}

const messages = "steps call HTTP operations, and send and receive no messages";

/** The workflows of a whole document. */
export function documentWorkflows(document: Located, surroundings: Surroundings): readonly WorkflowWish[] {
  const version = ownString(document.root, "arazzo") ?? "";
  if (!/^1\.[01]\.\d+(?:-.+)?$/.test(version)) {
    const what = version === "" ? "The document is no Arazzo document" : `This is Arazzo ${visible(version)}`;
    document.fault("/arazzo", `${what}: 1.0.x and 1.1.x are read`);
    return [];
  }
  const all = document.items({ value: own(document.root, "workflows"), pointer: "/workflows" });
  if (all.length === 0) document.fault("/workflows", "The document has no workflows");
  return all.map((at) => workflowOf(document, at, surroundings));
}

/** One Workflow Object (1.0.1 §4.6.4). */
export function workflowOf(document: Located, at: At, surroundings: Surroundings): WorkflowWish {
  const [summary, description] = [ownString(at.value, "summary"), ownString(at.value, "description")];
  const member = (key: string): At => document.member(at, key);
  const defaults = {
    parameters: parametersOf(document, member("parameters")).map((parameter) => ({
      ...parameter,
      isShared: true as const,
    })),
    onSuccess: actionsOf(document, member("successActions"), "successActions"),
    onFailure: actionsOf(document, member("failureActions"), "failureActions"),
  };
  const steps = document.items(member("steps"));
  if (steps.length === 0) document.fault(at.pointer, "A workflow needs steps");
  const inputs = inputsOf(document, member("inputs"));
  return {
    id: document.text(at, "workflowId"),
    ...defined({ summary, description }),
    inputs,
    inputNames: Object.keys(own(inputs, "properties") ?? {}),
    requiredInputs: requiredOf(inputs),
    dependsOn: referencesOf(document, member("dependsOn")),
    steps: steps.map((step) => stepOf(document, step, defaults)),
    outputs: outputsOf(document, member("outputs")),
    ...surroundings,
    place: document.place(at.pointer),
  };
}

function stepOf(document: Located, at: At, defaults: Defaults): StepWish {
  const member = (key: string): At => document.member(at, key);
  for (const key of ["channelPath", "action", "correlationId"]) document.refuse(at, key, messages);
  const [operationId, operationPath] = [ownString(at.value, "operationId"), ownString(at.value, "operationPath")];
  const workflow = referenceOf(document, at, "workflowId");
  if ([operationId, operationPath, workflow].filter((name) => name !== undefined).length !== 1)
    document.fault(at.pointer, "A step needs operationId, operationPath or workflowId, and one of them only");
  const parameters = parametersOf(document, member("parameters"));
  const named = new Set(parameters.map(({ name, in: place = "" }) => `${place} ${name}`));
  const body = bodyOf(document, member("requestBody"));
  if (body !== undefined && workflow !== undefined)
    document.fault(body.place.pointer, "A workflow takes inputs, as parameters, and no body");
  return {
    id: document.text(at, "stepId"),
    ...defined({ operationId, operationPath, workflow, body, timeout: document.number(at, "timeout") }),
    parameters: [
      ...defaults.parameters.filter(({ name, in: place = "" }) => !named.has(`${place} ${name}`)),
      ...parameters,
    ],
    successCriteria: criteriaOf(document, member("successCriteria")),
    onSuccess: withDefaults(actionsOf(document, member("onSuccess"), "successActions"), defaults.onSuccess),
    onFailure: withDefaults(actionsOf(document, member("onFailure"), "failureActions"), defaults.onFailure),
    outputs: outputsOf(document, member("outputs")),
    dependsOn: referencesOf(document, member("dependsOn")),
    place: document.place(at.pointer),
  };
}

function bodyOf(document: Located, at: At): BodyWish | undefined {
  if (at.value === undefined) return undefined;
  const contentType = ownString(at.value, "contentType");
  const payload = document.member(at, "payload");
  return {
    ...defined({ contentType }),
    payload: payload.value === undefined ? {} : valueOf(document, payload),
    replacements: document.items(document.member(at, "replacements")).map((item) => {
      const target = document.text(item, "target");
      const isQuery = isQueryTarget(document, item);
      if (!isQuery && target !== "" && !target.startsWith("/"))
        document.fault(item.pointer, `"${visible(target)}" is no JSON pointer into the payload`);
      return {
        target,
        ...(isQuery ? { isQuery } : {}),
        value: valueOf(document, document.member(item, "value")),
        place: document.place(item.pointer),
      };
    }),
    place: document.place(at.pointer),
  };
}

/** The schema of the inputs, with what it refers to in its place. */
function inputsOf(document: Located, at: At): JsonObject {
  if (at.value === undefined) return { type: "object", properties: {} };
  const schema = document.resolved(at.value, at.pointer);
  if (isObject(schema) && (own(schema, "type") ?? "object") === "object") return { ...schema, type: "object" };
  document.fault(at.pointer, "The inputs of a workflow are the schema of an object");
  return { type: "object", properties: {} };
}

function requiredOf(inputs: JsonObject): readonly string[] {
  const required = own(inputs, "required");
  return (isArray(required) ? required : [])
    .map(String)
    .filter((name) => own(own(own(inputs, "properties"), name), "default") === undefined);
}
