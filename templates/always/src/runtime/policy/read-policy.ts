/** A policy as somebody wrote it: read strictly, since a key that is not understood is a door that stays open. */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type { JsonValue } from "../data/model-parts.js";
import { nearestNames } from "../text/spelling.js";
import { hintNames, type PolicyData, type PolicyFault } from "./policy-data.js";
import { schemaFaults } from "./rule-schema.js";

type Rule = (value: JsonValue, pointer: string) => readonly PolicyFault[];

export const effects = ["allow", "ask", "deny"] as const;

const fault = (pointer: string, message: string): readonly PolicyFault[] => [
  { pointer, message },
];

function nameOf(pointer: string): string {
  return `"${pointer.slice(1).replaceAll("~1", "/").replaceAll("~0", "~")}"`;
}

const text: Rule = (value, pointer) =>
  typeof value === "string" && value !== ""
    ? []
    : fault(pointer, `${nameOf(pointer)} needs text`);

const effect: Rule = (value, pointer) =>
  effects.some((known) => known === value)
    ? []
    : fault(pointer, `${nameOf(pointer)} needs ${effects.join(", ")}`);

const truth: Rule = (value, pointer) =>
  typeof value === "boolean"
    ? []
    : fault(pointer, `${nameOf(pointer)} needs true or false`);

const amount: Rule = (value, pointer) =>
  typeof value === "number" && Number.isFinite(value)
    ? []
    : fault(pointer, `${nameOf(pointer)} needs a number`);

const any: Rule = () => [];

/** Of a list that holds nothing, nothing fits: that is never meant. */
const listOf =
  (item: Rule): Rule =>
  (value, pointer) =>
    isJsonArray(value) && value.length > 0
      ? value.flatMap((one, index) => item(one, `${pointer}/${index}`))
      : fault(pointer, `${nameOf(pointer)} needs a list that is not empty`);

const namesOf =
  (member: Rule): Rule =>
  (value, pointer) =>
    isJsonObject(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([name, one]) =>
          member(one, below(pointer, name)),
        )
      : fault(pointer, `${nameOf(pointer)} needs an object that is not empty`);

const fieldsOf =
  (
    members: { readonly [key: string]: Rule },
    required: readonly string[] = [],
  ): Rule =>
  (value, pointer) => {
    if (!isJsonObject(value))
      return fault(pointer, `${nameOf(pointer)} needs an object`);
    const known = Object.keys(members);
    return [
      ...required
        .filter((key) => ownValue(value, key) === undefined)
        .flatMap((key) =>
          fault(pointer, `${nameOf(pointer)} needs the key "${key}"`),
        ),
      ...Object.entries(value).flatMap(([key, one]) => {
        const member = Object.hasOwn(members, key) ? members[key] : undefined;
        if (member !== undefined) return member(one, below(pointer, key));
        const [near] = nearestNames(key, known);
        const hint =
          near === undefined
            ? `known are ${known.join(", ")}`
            : `did you mean "${near}"?`;
        return fault(
          below(pointer, key),
          `"${key.slice(0, 100)}" is no key of ${nameOf(pointer)}; ${hint}`,
        );
      }),
    ];
  };

function below(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

const texts = listOf(text);

const methods = listOf((value, pointer) =>
  typeof value === "string" && /^[A-Z-]+$/.test(value)
    ? []
    : fault(pointer, `${nameOf(pointer)} needs an HTTP method in capitals`),
);

const rule: Rule = (value, pointer) => [
  ...ruleFields(value, pointer),
  ...(ownValue(value, "effect") === "deny"
    ? (["require", "cap", "drop", "dry-run"] as const)
        .filter((key) => ownValue(value, key) !== undefined)
        .flatMap((key) =>
          fault(below(pointer, key), `A rule that denies has no "${key}"`),
        )
    : []),
];

const ruleFields = fieldsOf(
  {
    name: text,
    effect,
    reason: text,
    tools: texts,
    tags: texts,
    methods,
    hints: fieldsOf(
      Object.fromEntries(Object.keys(hintNames).map((name) => [name, truth])),
    ),
    toolsets: texts,
    callers: texts,
    subjects: texts,
    clients: texts,
    tenants: texts,
    groups: texts,
    scopes: texts,
    claims: namesOf(listOf(any)),
    arguments: schemaFaults,
    require: schemaFaults,
    cap: namesOf(amount),
    drop: texts,
    "dry-run": truth,
  },
  ["effect"],
);

const policy = fieldsOf(
  {
    default: effect,
    custom: texts,
    "group-claims": texts,
    rules: (value, pointer) =>
      isJsonArray(value)
        ? value.flatMap((one, index) => rule(one, `${pointer}/${index}`))
        : fault(pointer, `${nameOf(pointer)} needs a list`),
  },
  ["rules"],
);

/** The policy that a value is, or everything that is wrong with its form. */
export function readPolicy(
  value: unknown,
):
  | { readonly policy: PolicyData }
  | { readonly faults: readonly PolicyFault[] } {
  if (!isJsonObject(value))
    return { faults: fault("", "A policy has to be an object") };
  const faults = policy(value, "").map((found) => ({
    ...found,
    message: found.message
      .replace(/^""/, "A policy")
      .replace('of ""', "of a policy"),
  }));
  return faults.length === 0
    ? { policy: value as unknown as PolicyData }
    : { faults };
}
