/** Reads Arazzo documents (1.0.x): the form of what they say, with every fault at its place. */
import { defined } from "../base/defined.ts";
import { CompileError, type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString, pointerTo, valueAt } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { ReadOptions } from "../document/load.ts";
import { loadValue } from "../document/value.ts";
import type { Place } from "../mcp/curation/curation.ts";
import type {
  ActionWish,
  BodyWish,
  CriterionWish,
  NamedExpression,
  ParameterWish,
  StepWish,
  WorkflowWish,
} from "../mcp/curation/workflow.ts";

/** References within each other, in the inputs of a workflow. */
const deepestReference = 20;

/**
 * The workflows of documents, in their order.
 *
 * @param files paths or URLs
 * @throws {CompileError} where one cannot be read, or with every `invalid-workflow`
 */
export async function loadWorkflows(files: readonly string[], options: ReadOptions): Promise<readonly WorkflowWish[]> {
  const faults: Diagnostic[] = [];
  const workflows: WorkflowWish[] = [];
  for (const file of files) {
    const { value, locate } = await loadValue(file, options);
    const reader = new Reader(file, value ?? null, locate, faults);
    workflows.push(...reader.workflows());
  }
  if (faults.length > 0) throw new CompileError(faults);
  return workflows;
}

type Locate = (pointer: string) => { readonly pointer: string; readonly line: number };

/** A value with its pointer. */
interface At {
  readonly value: Json | undefined;
  readonly pointer: string;
}

class Reader {
  readonly #file: string;
  readonly #root: Json;
  readonly #locate: Locate;
  readonly #faults: Diagnostic[];

  constructor(file: string, root: Json, locate: Locate, faults: Diagnostic[]) {
    this.#file = file;
    this.#root = root;
    this.#locate = locate;
    this.#faults = faults;
  }

  workflows(): readonly WorkflowWish[] {
    const version = ownString(this.#root, "arazzo") ?? "";
    if (!/^1\.0\.\d+$/.test(version)) {
      const what = version === "" ? "The document is no Arazzo document" : `This is Arazzo ${visible(version)}`;
      this.#fault("/arazzo", `${what}: 1.0.x is read`);
      return [];
    }
    const all = this.#items({ value: own(this.#root, "workflows"), pointer: "/workflows" });
    if (all.length === 0) this.#fault("/workflows", "The document has no workflows");
    return all.flatMap((at) => this.#workflow(at) ?? []);
  }

  #workflow(at: At): WorkflowWish | undefined {
    const id = this.#text(at, "workflowId");
    const [summary, description] = [ownString(at.value, "summary"), ownString(at.value, "description")];
    this.#refuse(at, "dependsOn", "what a workflow depends on is not run before it");
    const defaults = {
      parameters: this.#parameters(this.#member(at, "parameters")),
      onSuccess: this.#actions(this.#member(at, "successActions"), "successActions"),
      onFailure: this.#actions(this.#member(at, "failureActions"), "failureActions"),
    };
    const steps = this.#items(this.#member(at, "steps"));
    if (steps.length === 0) this.#fault(at.pointer, "A workflow needs steps");
    const inputs = this.#inputs(this.#member(at, "inputs"));
    return {
      id,
      ...defined({ summary, description }),
      inputs,
      inputNames: Object.keys(own(inputs, "properties") ?? {}),
      steps: steps.map((step) => this.#step(step, defaults)),
      outputs: this.#outputs(this.#member(at, "outputs")),
      place: this.#place(at.pointer),
    };
  }

  #step(at: At, defaults: Pick<StepWish, "parameters" | "onSuccess" | "onFailure">): StepWish {
    const [operationId, operationPath] = [ownString(at.value, "operationId"), ownString(at.value, "operationPath")];
    this.#refuse(at, "workflowId", "a step calls an operation, not another workflow");
    if ((operationId === undefined) === (operationPath === undefined) && own(at.value, "workflowId") === undefined)
      this.#fault(at.pointer, "A step needs operationId or operationPath, and one of them only");
    const own_ = this.#parameters(this.#member(at, "parameters"));
    const named = new Set(own_.map(({ name, in: place }) => `${place} ${name}`));
    const body = this.#body(this.#member(at, "requestBody"));
    const [success, failure] = [this.#member(at, "onSuccess"), this.#member(at, "onFailure")];
    return {
      id: this.#text(at, "stepId"),
      ...defined({ operationId, operationPath, body }),
      parameters: [...defaults.parameters.filter(({ name, in: place }) => !named.has(`${place} ${name}`)), ...own_],
      successCriteria: this.#criteria(this.#member(at, "successCriteria")),
      onSuccess: success.value === undefined ? defaults.onSuccess : this.#actions(success, "successActions"),
      onFailure: failure.value === undefined ? defaults.onFailure : this.#actions(failure, "failureActions"),
      outputs: this.#outputs(this.#member(at, "outputs")),
      place: this.#place(at.pointer),
    };
  }

  /** §4.6.6; one of the components may be given another value. */
  #parameters(at: At): readonly ParameterWish[] {
    return this.#items(at).map((item) => {
      const given = this.#referred(item, "parameters");
      const value = own(item.value, "value") ?? own(given.value, "value");
      if (value === undefined) this.#fault(given.pointer, "A parameter needs a value");
      return {
        name: this.#text(given, "name"),
        in: this.#text(given, "in"),
        value: value ?? null,
        place: this.#place(item.pointer),
      };
    });
  }

  #body(at: At): BodyWish | undefined {
    if (at.value === undefined) return undefined;
    const contentType = ownString(at.value, "contentType");
    return {
      ...defined({ contentType }),
      payload: own(at.value, "payload") ?? {},
      replacements: this.#items(this.#member(at, "replacements")).map((item) => {
        const target = this.#text(item, "target");
        if (target !== "" && !target.startsWith("/"))
          this.#fault(item.pointer, `"${visible(target)}" is no JSON pointer into the payload`);
        return { target, value: own(item.value, "value") ?? null, place: this.#place(item.pointer) };
      }),
      place: this.#place(at.pointer),
    };
  }

  #criteria(at: At): readonly CriterionWish[] {
    return this.#items(at).map((item) => {
      const said = own(item.value, "type");
      const type = (isObject(said) ? ownString(said, "type") : said) ?? "simple";
      const context = ownString(item.value, "context");
      if (type !== "simple" && type !== "regex")
        this.#fault(
          item.pointer,
          `Criteria of the type ${visible(JSON.stringify(type))} are not evaluated: write a simple condition or a regex`,
        );
      if (type === "regex" && context === undefined)
        this.#fault(item.pointer, "A criterion with a regex needs a context, such as $response.body#/status");
      return {
        condition: this.#text(item, "condition"),
        ...defined({ context }),
        type: type === "regex" ? "regex" : "simple",
        place: this.#place(item.pointer),
      };
    });
  }

  #actions(at: At, components: "successActions" | "failureActions"): readonly ActionWish[] {
    return this.#items(at).map((item) => {
      const given = this.#referred(item, components);
      const type = ownString(given.value, "type");
      const known = components === "successActions" ? ["end", "goto"] : ["end", "goto", "retry"];
      if (type === undefined || !known.includes(type))
        this.#fault(
          given.pointer,
          `The type of an action is ${known.join(" or ")}${type === undefined ? "" : `, not "${visible(type)}"`}`,
        );
      this.#refuse(given, "workflowId", "an action leads to a step, not to another workflow");
      const step = ownString(given.value, "stepId");
      if (type === "goto" && step === undefined && own(given.value, "workflowId") === undefined)
        this.#fault(given.pointer, "An action of the type goto needs a stepId");
      if (type === "retry" && step !== undefined)
        this.#fault(given.pointer, "What is called before a retry is not supported: repeat the step itself");
      const [retryAfter, retryLimit] = ["retryAfter", "retryLimit"].map((key) => this.#number(given, key));
      return {
        type: type === "goto" || type === "retry" ? type : "end",
        ...defined({ step, retryAfter, retryLimit }),
        criteria: this.#criteria(this.#member(given, "criteria")),
        place: this.#place(item.pointer),
      };
    });
  }

  #outputs(at: At): readonly NamedExpression[] {
    const { value, pointer } = at;
    if (value === undefined) return [];
    if (!isObject(value)) {
      this.#fault(pointer, "Outputs are an object of expressions by name");
      return [];
    }
    return Object.keys(value).map((name) => {
      const place = pointerTo(pointer, name);
      if (!/^[A-Za-z0-9._-]+$/.test(name))
        this.#fault(place, `"${visible(name)}" is no name of an output: it takes A-Z, a-z, 0-9, ., _ and -`);
      return { name, expression: this.#text(at, name), place: this.#place(place) };
    });
  }

  /** The schema of the inputs, with what it refers to in its place. */
  #inputs(at: At): JsonObject {
    if (at.value === undefined) return { type: "object", properties: {} };
    const schema = this.#resolved(at.value, at.pointer, deepestReference);
    if (isObject(schema) && (own(schema, "type") ?? "object") === "object") return { ...schema, type: "object" };
    this.#fault(at.pointer, "The inputs of a workflow are the schema of an object");
    return { type: "object", properties: {} };
  }

  #resolved(value: Json, pointer: string, left: number): Json {
    if (isArray(value)) return value.map((item, index) => this.#resolved(item, pointerTo(pointer, index), left));
    if (!isObject(value)) return value;
    const reference = ownString(value, "$ref");
    if (reference === undefined)
      return Object.fromEntries(
        Object.keys(value).map((key) => [key, this.#resolved(own(value, key) ?? null, pointerTo(pointer, key), left)]),
      );
    const target = reference.startsWith("#/") ? valueAt(this.#root, reference.slice(1)) : undefined;
    if (target !== undefined && left > 0) return this.#resolved(target, reference.slice(1), left - 1);
    const why = target === undefined ? "leads to nothing in this document" : "leads back to itself";
    this.#fault(pointer, `"${visible(reference)}" ${why}`);
    return {};
  }

  /** What an entry of `components` says, where an item refers to one (§4.6.10). */
  #referred(item: At, components: string): At {
    const reference = ownString(item.value, "reference");
    if (reference === undefined) return item;
    const [, kind, name = ""] = /^\$components\.(\w+)\.(.+)$/.exec(reference) ?? [];
    const pointer = pointerTo("/components", components, name);
    const value = kind === components ? valueAt(this.#root, pointer) : undefined;
    if (value !== undefined) return { value, pointer };
    this.#fault(item.pointer, `"${visible(reference)}" leads to none of the ${components} of the components`);
    return item;
  }

  #member({ value, pointer }: At, key: string): At {
    return { value: own(value, key), pointer: pointerTo(pointer, key) };
  }

  #items({ value, pointer }: At): readonly At[] {
    if (value === undefined) return [];
    if (!isArray(value)) {
      this.#fault(pointer, "This needs a list");
      return [];
    }
    return value.flatMap((item, index) => {
      const at = pointerTo(pointer, index);
      if (isObject(item)) return [{ value: item, pointer: at }];
      this.#fault(at, "This needs an object");
      return [];
    });
  }

  #text({ value, pointer }: At, key: string): string {
    const text = ownString(value, key);
    if (text === undefined || text === "") this.#fault(pointer, `This needs the text "${key}"`);
    return text ?? "";
  }

  #number({ value, pointer }: At, key: string): number | undefined {
    const number = own(value, key);
    if (number === undefined) return undefined;
    if (typeof number === "number" && number >= 0) return number;
    this.#fault(pointerTo(pointer, key), `"${key}" needs a number from 0 on`);
    return undefined;
  }

  #refuse({ value, pointer }: At, key: string, why: string): void {
    if (own(value, key) !== undefined) this.#fault(pointerTo(pointer, key), `"${key}" is not supported: ${why}`);
  }

  #place(pointer: string): Place {
    return { file: this.#file, ...this.#locate(pointer) };
  }

  #fault(pointer: string, message: string): void {
    this.#faults.push(diagnosticAt("invalid-workflow", this.#file, message, this.#locate(pointer)));
  }
}
