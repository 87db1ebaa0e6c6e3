/** What follows a step, and the parameters that it is given. */
import { defined } from "../../base/defined.ts";
import { own, ownString } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type { ActionWish, ParameterWish, Reference } from "../../mcp/curation/workflow.ts";
import type { At, Located } from "./located.ts";
import { criteriaOf, valueOf } from "./values.ts";

/** Actions of a step, or of all steps of a workflow (Arazzo 1.0.1 §4.6.7, §4.6.8). */
export function actionsOf(
  document: Located,
  at: At,
  components: "successActions" | "failureActions",
): readonly ActionWish[] {
  return document.items(at).map((item) => {
    const given = document.referred(item, components);
    const type = ownString(given.value, "type");
    const known = components === "successActions" ? ["end", "goto"] : ["end", "goto", "retry"];
    if (type === undefined || !known.includes(type))
      document.fault(
        given.pointer,
        `The type of an action is ${known.join(" or ")}${type === undefined ? "" : `, not "${visible(type)}"`}`,
      );
    const step = ownString(given.value, "stepId");
    const workflow = referenceOf(document, given, "workflowId");
    if (step !== undefined && workflow !== undefined)
      document.fault(given.pointer, "An action leads to a stepId or to a workflowId, not to both");
    if (type === "goto" && step === undefined && workflow === undefined)
      document.fault(given.pointer, "An action of the type goto needs a stepId or a workflowId");
    if (type === "end" && (step ?? workflow) !== undefined)
      document.fault(given.pointer, "An action of the type end leads nowhere: leave stepId and workflowId out");
    const [retryAfter, retryLimit] = ["retryAfter", "retryLimit"].map((key) => document.number(given, key));
    return {
      type: type === "goto" || type === "retry" ? type : "end",
      name: ownString(given.value, "name") ?? "",
      ...defined({ step, workflow, retryAfter, retryLimit }),
      parameters: parametersOf(document, document.member(given, "parameters")),
      criteria: criteriaOf(document, document.member(given, "criteria")),
      place: document.place(item.pointer),
    };
  });
}

/** Actions of a step stand in place of those of its workflow that are called as they are; the others stay (§4.6.5). */
export function withDefaults(own_: readonly ActionWish[], defaults: readonly ActionWish[]): readonly ActionWish[] {
  const names = new Set(own_.map(({ name }) => name));
  return [...own_, ...defaults.filter(({ name }) => name === "" || !names.has(name))];
}

/** §4.6.6; one of the components may be given another value. */
export function parametersOf(document: Located, at: At): readonly ParameterWish[] {
  return document.items(at).map((item) => {
    const given = document.referred(item, "parameters");
    const holder = own(item.value, "value") === undefined ? given : item;
    const value = document.member(holder, "value");
    if (value.value === undefined) document.fault(given.pointer, "A parameter needs a value");
    return {
      name: document.text(given, "name"),
      ...defined({ in: ownString(given.value, "in") }),
      value: valueOf(document, value),
      place: document.place(item.pointer),
    };
  });
}

export function referenceOf(document: Located, at: At, key: string): Reference | undefined {
  const { value, pointer } = document.member(at, key);
  if (value === undefined) return undefined;
  return { text: document.text(at, key), place: document.place(pointer) };
}

/** The texts of a list, such as `dependsOn`. */
export function referencesOf(document: Located, at: At): readonly Reference[] {
  return document.list(at).flatMap(({ value, pointer }) => {
    if (typeof value === "string") return [{ text: value, place: document.place(pointer) }];
    document.fault(pointer, "This needs a text");
    return [];
  });
}
