/** Workflows that workflows run: which are meant, with which inputs, and that none comes back to itself. */
import type { WorkflowCall } from "../../../templates/always/src/runtime/data/project.ts";
import type { JsonObject } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { ParameterWish, Reference, WorkflowWish } from "../curation/workflow.ts";
import type { TellAt } from "./expressions.ts";
import { meant, partsOf } from "./operation-of.ts";

/** Workflows that run each other, at most so many within each other. */
const deepest = 20;

/** All workflows of a server, each with the name of its tool. */
export class Workflows {
  readonly #all: readonly WorkflowWish[];
  readonly #named = new Map<WorkflowWish, readonly WorkflowWish[]>();
  #heights: ReadonlyMap<WorkflowWish, number> | undefined;
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
    const found = this.#meant(text, document, sources);
    if (typeof found !== "string") return found;
    tell(place, found);
    return undefined;
  }

  #meant(text: string, document: WorkflowWish["document"], sources: WorkflowWish["sources"]): WorkflowWish | string {
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
    let named = this.#named.get(workflow);
    if (named === undefined) this.#named.set(workflow, (named = this.#findNamed(workflow)));
    return named;
  }

  #findNamed(workflow: WorkflowWish): readonly WorkflowWish[] {
    const { dependsOn, steps } = workflow;
    const references = [
      ...dependsOn,
      ...steps.flatMap(({ workflow: called, onSuccess, onFailure }) => [
        called,
        ...[...onSuccess, ...onFailure].map((action) => action.workflow),
      ]),
    ];
    const found = references.flatMap((reference) =>
      reference === undefined ? [] : (this.find(reference, workflow, () => undefined) ?? []),
    );
    return [...new Set(found)];
  }

  /** Told where a workflow leads back to itself, or runs too many within each other. */
  refuseEndless(workflow: WorkflowWish, tell: TellAt): void {
    const way = this.#wayBack(workflow);
    const name = visible(workflow.id);
    if (way !== undefined) {
      const by = way.length === 0 ? "" : `, by way of ${way.map(({ id }) => `"${visible(id)}"`).join(", ")}`;
      return tell(workflow.place, `The workflow "${name}" leads back to itself${by}`);
    }
    if ((this.#heightOf(workflow) ?? 0) > deepest)
      tell(workflow.place, `The workflow "${name}" runs workflows more than ${deepest} deep within each other`);
  }

  /** The workflows by way of which one leads back to itself, on the shortest way. */
  #wayBack(start: WorkflowWish): readonly WorkflowWish[] | undefined {
    const before = new Map<WorkflowWish, WorkflowWish | undefined>([[start, undefined]]);
    for (const [workflow] of before)
      for (const next of this.namedBy(workflow)) {
        if (next === start) {
          const way: WorkflowWish[] = [];
          for (let at = workflow; at !== start; at = before.get(at) ?? start) way.unshift(at);
          return way;
        }
        if (!before.has(next)) before.set(next, workflow);
      }
    return undefined;
  }

  /** How many workflows lie below one; `undefined` where some of them lead back to themselves. */
  #heightOf(workflow: WorkflowWish): number | undefined {
    this.#heights ??= this.#measured();
    return this.#heights.get(workflow);
  }

  #measured(): ReadonlyMap<WorkflowWish, number> {
    const heights = new Map<WorkflowWish, number>();
    for (let known = -1; known < heights.size;) {
      known = heights.size;
      for (const workflow of this.#all) {
        const below = this.namedBy(workflow).map((next) => heights.get(next));
        if (!heights.has(workflow) && below.every((height) => height !== undefined))
          heights.set(
            workflow,
            below.reduce((most, height) => Math.max(most, height + 1), 0),
          );
      }
    }
    return heights;
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
