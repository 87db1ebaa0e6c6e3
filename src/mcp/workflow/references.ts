/** Workflows that workflows run: which are meant, with which inputs, and that none comes back to itself. */
import type { WorkflowCall } from "../../../templates/always/src/runtime/data/workflow-data.ts";
import type { JsonObject } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { ParameterWish, Reference, WorkflowWish } from "../curation/workflow.ts";
import type { TellAt } from "./expressions.ts";
import { meant, partsOf } from "./operation-of.ts";

/** All workflows of a server, each with the name of its tool. */
export class Workflows {
  readonly #all: readonly WorkflowWish[];
  readonly #names: ReadonlyMap<WorkflowWish, string>;

  constructor(names: ReadonlyMap<WorkflowWish, string>) {
    this.#all = [...names.keys()];
    this.#names = names;
  }

  nameOf(workflow: WorkflowWish): string {
    return this.#names.get(workflow) ?? workflow.id;
  }

  /** The workflow that a text names; where there is none, that is told. */
  find({ text, place }: Reference, { document, sources }: WorkflowWish, tell: TellAt): WorkflowWish | undefined {
    const found = this.#named(text, document, sources);
    if (typeof found !== "string") return found;
    tell(place, found);
    return undefined;
  }

  #named(text: string, document: WorkflowWish["document"], sources: WorkflowWish["sources"]): WorkflowWish | string {
    const { source, id } = partsOf(text);
    const described = source === undefined ? undefined : sources.get(source);
    if (source !== undefined && described?.type !== "arazzo")
      return `The document has no source description "${visible(source)}" of the type arazzo`;
    const addresses = described?.addresses ?? document;
    const there = this.#all.filter((workflow) => workflow.document.some((address) => addresses.includes(address)));
    if (there.length === 0)
      return `The document "${visible(source ?? "")}" is none of those that are read: give it with --workflows, too`;
    const found = there.find((workflow) => workflow.id === id);
    const ids = there.map((workflow) => workflow.id);
    return found ?? `There is no workflow "${visible(id)}"${meant(id, ids)}`;
  }

  /** The workflows that one names: by its steps, their actions, and as what has to be done before. */
  namedBy(workflow: WorkflowWish): readonly WorkflowWish[] {
    const { dependsOn, steps } = workflow;
    const named = [
      ...dependsOn,
      ...steps.flatMap(({ workflow: called, onSuccess, onFailure }) => [
        called,
        ...[...onSuccess, ...onFailure].map((action) => action.workflow),
      ]),
    ];
    return named.flatMap((reference) =>
      reference === undefined ? [] : (this.find(reference, workflow, () => undefined) ?? []),
    );
  }

  /** Told where a workflow leads back to itself. */
  refuseCircle(workflow: WorkflowWish, tell: TellAt): void {
    const way = this.#wayBack(workflow, workflow, new Set());
    if (way === undefined) return;
    const by = way.length === 0 ? "" : `, by way of ${way.map(({ id }) => `"${visible(id)}"`).join(", ")}`;
    tell(workflow.place, `The workflow "${visible(workflow.id)}" leads back to itself${by}`);
  }

  #wayBack(from: WorkflowWish, to: WorkflowWish, seen: Set<WorkflowWish>): readonly WorkflowWish[] | undefined {
    for (const next of this.namedBy(from)) {
      if (next === to) return [];
      if (seen.has(next)) continue;
      seen.add(next);
      const way = this.#wayBack(next, to, seen);
      if (way !== undefined) return [next, ...way];
    }
    return undefined;
  }

  /**
   * The run of another workflow.
   *
   * @param given its inputs, as they are said
   * @param handsOn whether inputs that are not said are those of the same name of the workflow that runs it
   */
  callOf(
    reference: Reference,
    caller: WorkflowWish,
    given: readonly ParameterWish[],
    handsOn: boolean,
    tell: TellAt,
  ): WorkflowCall | undefined {
    const called = this.find(reference, caller, tell);
    if (called === undefined) return undefined;
    const { inputNames } = called;
    for (const { name, place, isShared } of given)
      if (isShared !== true && !inputNames.includes(name))
        tell(place, `The workflow "${visible(called.id)}" has no input "${visible(name)}"${meant(name, inputNames)}`);
    const inputs = new Map(
      (handsOn ? inputNames.filter((name) => caller.inputNames.includes(name)) : []).map((name) => [
        name,
        `$inputs.${name}` as JsonObject[string],
      ]),
    );
    for (const { name, value } of given) if (inputNames.includes(name)) inputs.set(name, value);
    for (const name of called.requiredInputs)
      if (!inputs.has(name))
        tell(reference.place, `The workflow "${visible(called.id)}" needs the input "${visible(name)}"`);
    return { workflow: this.nameOf(called), inputs: Object.fromEntries(inputs) };
  }
}
