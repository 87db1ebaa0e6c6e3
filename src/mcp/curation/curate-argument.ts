/** What the owner decides about arguments: hidden, given a value, renamed, or explained in other words. */
import type { QueryFault } from "../workflow/query-check.ts";
import type { ExpressionFault } from "./expression-check.ts";
import type { Json } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { visible } from "../../base/visible.ts";
import { legibleText } from "../../base/plain-text.ts";
import { defined } from "../../base/defined.ts";
import { validationFile } from "../input/file-argument.ts";
import { meant } from "./curate.ts";
import type { ArgumentCuration, Place } from "./curation.ts";
import { type Decision, type Tell, byPlace, diagnosticOf } from "./decision.ts";
import { portableKey, unsafeKeys } from "../names/argument-name.ts";
import { shorten } from "../text/condense.ts";
import type { Argument } from "../input/argument.ts";
import type { Reason, SuppliedArgument } from "../model.ts";
import type { ValueCheck } from "./value-check.ts";

/** Environment variables that a system or this server reads for itself are not for arguments. */
const variablePattern = /^(?!MCP_|NODE_|NPM_|LD_|DYLD_)[A-Z][A-Z0-9_]{0,119}$/;

/** Arguments as a model sees them, and what the server adds. */
export interface CuratedArguments {
  readonly list: readonly Argument[];
  readonly supplied: readonly SuppliedArgument[];
  /** The name of an argument, by the one that it has without curation. */
  readonly names: ReadonlyMap<string, string>;
  readonly reasons: readonly Reason[];
}

/** What faults of entries are found with, and where they go. */
export interface CurationChecks {
  readonly valueCheck: ValueCheck;
  readonly tell: Tell;
  /** What is wrong with a JMESPath expression; default: nobody looks. */
  readonly expressionFault?: ExpressionFault | undefined;
  /** What is wrong with a JSONPath query; default: nobody looks. */
  readonly queryFault?: QueryFault | undefined;
}

/** Applies the owner's entries to the arguments of one tool, which `about` names in messages. */
export function curateArguments(
  list: readonly Argument[],
  decision: Decision,
  about: string,
  checks: CurationChecks,
): CuratedArguments {
  const byName = new Map(list.map((argument) => [argument.name, argument]));
  for (const [name, { place }] of decision.arguments) {
    if (byName.has(name)) continue;
    const message = `${about} has no argument "${visible(name)}"${meant(name, [...byName.keys()])}`;
    checks.tell(diagnosticOf("unknown-argument", place, message));
  }
  const curated = list.map((argument) => {
    const entry = decision.arguments.get(argument.name);
    return entry === undefined ? { argument } : curateArgument(argument, entry, about, checks);
  });
  const names = renamed(list, decision, about, checks);
  return {
    list: curated.flatMap(({ argument }) =>
      argument === undefined ? [] : [{ ...argument, name: names.get(argument.name) ?? argument.name }],
    ),
    supplied: curated.flatMap(({ supplied }) =>
      supplied === undefined ? [] : [{ ...supplied, argument: names.get(supplied.argument) ?? supplied.argument }],
    ),
    names,
    reasons: curated.flatMap(({ reason }) => (reason === undefined ? [] : [{ about: "arguments", text: reason }])),
  };
}

interface Curated {
  /** Absent where the model does not see it. */
  readonly argument?: Argument;
  readonly supplied?: SuppliedArgument;
  readonly reason?: string;
}

function curateArgument(argument: Argument, entry: ArgumentCuration, about: string, checks: CurationChecks): Curated {
  const { place } = entry;
  const quoted = `"${visible(argument.name)}"`;
  const fault = conflictOf(argument, entry);
  if (fault !== undefined) {
    checks.tell(diagnosticOf("invalid-curation", place, `The argument ${quoted} of ${about} ${fault}`));
    return { argument };
  }
  for (const [what, value] of valuesOf(entry)) {
    const wrong = checks.valueCheck(validationFile(argument.schema), value);
    if (wrong === undefined) continue;
    const message = `The ${what} of the argument ${quoted} of ${about} does not fit its schema: ${visible(wrong)}`;
    checks.tell(diagnosticOf("invalid-curation", place, message));
  }
  const supplied = suppliedBy(argument, entry);
  if (isHidden(entry)) {
    const how =
      entry.environment !== undefined
        ? `taken from ${entry.environment}`
        : supplied === undefined
          ? "left out"
          : "given a fixed value";
    return {
      ...defined({ supplied }),
      reason: `${quoted} is hidden and ${how} by ${byPlace(place)}`,
    };
  }
  const changes = [
    entry.name === undefined ? "" : `called "${visible(entry.name)}"`,
    entry.default === undefined ? "" : "given a default",
    entry.description === undefined && entry.examples === undefined ? "" : "described",
  ].filter((change) => change !== "");
  return {
    argument: {
      ...argument,
      ...(entry.default === undefined ? {} : { required: false, schema: withDefault(argument.schema, entry.default) }),
      ...(entry.description === undefined ? {} : { told: shorten(legibleText(entry.description), 500) }),
      ...defined({ examples: entry.examples }),
    },
    ...defined({ supplied }),
    ...(changes.length === 0 ? {} : { reason: `${quoted} is ${changes.join(" and ")} by ${byPlace(place)}` }),
  };
}

function isHidden({ hidden, fixed, environment }: ArgumentCuration): boolean {
  return hidden === true || fixed !== undefined || environment !== undefined;
}

/** What an entry says against itself, or against the API. */
function conflictOf(argument: Argument, entry: ArgumentCuration): string | undefined {
  const { fixed, environment, hidden } = entry;
  if (fixed !== undefined && environment !== undefined)
    return "takes a fixed value or an environment variable, not both";
  if (fixed !== undefined && entry.default !== undefined) return "takes a fixed value or a default, not both";
  if (hidden === false && isHidden(entry)) return "cannot be shown: its value is given already";
  if (environment !== undefined && !variablePattern.test(environment))
    return `cannot be taken from "${visible(environment)}": a variable is written in A-Z, 0-9 and _, and does not begin with MCP_ or NODE_`;
  if (hidden === true && argument.required && environment === undefined && fixed === undefined)
    return entry.default === undefined
      ? "is required by the API: hide it with a fixed value, a default or an environment variable"
      : undefined;
  return undefined;
}

function valuesOf({ fixed, examples = [], ...entry }: ArgumentCuration): readonly (readonly [string, Json])[] {
  return [
    ...(fixed === undefined ? [] : [["fixed value", fixed] as const]),
    ...(entry.default === undefined ? [] : [["default", entry.default] as const]),
    ...examples.map((example) => ["example", example] as const),
  ];
}

/** What the server adds. A hidden argument with a default always has that value: nobody can give another. */
function suppliedBy(argument: Argument, entry: ArgumentCuration): SuppliedArgument | undefined {
  const { name, schema } = argument;
  if (entry.environment !== undefined) {
    return {
      kind: "environment",
      argument: name,
      variable: entry.environment,
      type: variableType(schema.whole.types),
      schema: validationFile(schema).json,
      ...defined({ default: entry.default }),
    };
  }
  if (entry.fixed !== undefined) return { kind: "fixed", argument: name, value: entry.fixed };
  if (entry.default === undefined) return undefined;
  return { kind: entry.hidden === true ? "fixed" : "default", argument: name, value: entry.default };
}

type VariableType = Extract<SuppliedArgument, { readonly kind: "environment" }>["type"];

/** How the text of a variable is read: as text wherever text would do. */
function variableType(types: readonly string[]): VariableType {
  const [type] = types.includes("string") ? ["string"] : types.filter((entry) => entry !== "null");
  return type === "number" || type === "integer" || type === "boolean" || type === "array" || type === "object"
    ? type
    : "string";
}

function withDefault(schema: SchemaNode, value: Json): SchemaNode {
  return schema.isBoolean ? schema : schema.with({ default: value });
}

/** New names by old ones: those that clients take, and each for one argument only. */
function renamed(
  list: readonly Argument[],
  decision: Decision,
  about: string,
  { tell }: CurationChecks,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const wishes = list.flatMap(({ name }): { readonly name: string; readonly wish: string; readonly place: Place }[] => {
    const entry = decision.arguments.get(name);
    return entry?.name === undefined || isHidden(entry) ? [] : [{ name, wish: entry.name, place: entry.place }];
  });
  const moving = new Set(wishes.map(({ name }) => name));
  const taken = new Set(list.flatMap(({ name }) => (moving.has(name) ? [] : [name])));
  for (const { name, wish, place } of wishes) {
    const fault =
      !portableKey.test(wish) || unsafeKeys.has(wish)
        ? "is no name of an argument: it takes 1 to 64 of a-z, A-Z, 0-9, _, . and -"
        : taken.has(wish)
          ? "is another argument's name"
          : undefined;
    if (fault === undefined) {
      names.set(name, wish);
      taken.add(wish);
    } else tell(diagnosticOf("invalid-curation", place, `In ${about}, "${visible(wish)}" ${fault}`));
  }
  return names;
}
