/** A policy: what callers may do, as data. The configuration writes it, and `MCP_POLICY_FILE` has the same form. */
import type { JsonSchema, JsonValue } from "../data/model-parts.js";

/** `ask`: the call is made once its user has said yes. */
export type Effect = "allow" | "ask" | "deny";

export interface PolicyData {
  /** What becomes of calls that no rule fits. Default: what reads is allowed, what is destructive asked about, the rest allowed. */
  readonly default?: Effect;
  /** Tools of `src/custom.ts` that rules name: the generator does not know them. */
  readonly custom?: readonly string[];
  /** Claims that name the groups of a caller; dots lead into a claim. Default: `groups`. */
  readonly "group-claims"?: readonly string[];
  /** The first one that fits decides. */
  readonly rules: readonly PolicyRule[];
}

/** All that is given has to fit; of a list, one entry. */
export interface PolicyRule {
  /** For the log. Default: `rule` and its number. */
  readonly name?: string;
  readonly effect: Effect;
  /** What a model is told of a call that is refused. */
  readonly reason?: string;
  /** Names; `*` stands for any characters. */
  readonly tools?: readonly string[];
  readonly tags?: readonly string[];
  /** HTTP methods, in capitals. */
  readonly methods?: readonly string[];
  readonly hints?: HintWish;
  /** Toolsets that the call comes through. */
  readonly toolsets?: readonly string[];
  /** Ids as the log has them; `*` stands for any characters. */
  readonly callers?: readonly string[];
  readonly subjects?: readonly string[];
  readonly clients?: readonly string[];
  readonly tenants?: readonly string[];
  readonly groups?: readonly string[];
  /** All of them. */
  readonly scopes?: readonly string[];
  /** Values by claim; dots lead into a claim. */
  readonly claims?: { readonly [claim: string]: readonly JsonValue[] };
  /** The rule is for calls whose arguments meet it. */
  readonly arguments?: JsonSchema;
  /** What arguments have to meet: else the call is refused, and told why. */
  readonly require?: JsonSchema;
  /** Largest number by argument: a larger one is lowered, and one that is not given is set. */
  readonly cap?: { readonly [argument: string]: number };
  /** Arguments that are left out. */
  readonly drop?: readonly string[];
  /** Whether the request is shown in place of being sent. */
  readonly "dry-run"?: boolean;
}

export const hintNames = {
  "read-only": "readOnlyHint",
  destructive: "destructiveHint",
  idempotent: "idempotentHint",
  "open-world": "openWorldHint",
} as const;

export type HintWish = {
  readonly [name in keyof typeof hintNames]?: boolean;
};

/** `src/generated/policy.json` */
export interface PolicyFile {
  readonly policy: PolicyData;
  /** What the list of tools does not say of them, by name. */
  readonly tools: { readonly [tool: string]: ToolFacts };
}

export interface ToolFacts {
  readonly method: string;
  readonly tags?: readonly string[];
  /** Tool that reads what is at the same path. */
  readonly reads?: string;
}

/** A tool as rules see it. */
export interface RuledTool extends Partial<ToolFacts> {
  readonly name: string;
  readonly annotations: {
    readonly [hint in (typeof hintNames)[keyof typeof hintNames]]: boolean;
  };
  /** By name, whether it is required. */
  readonly arguments: ReadonlyMap<string, boolean>;
}

/** Something that is wrong with a policy. */
export interface PolicyFault {
  /** JSON pointer into the policy. */
  readonly pointer: string;
  readonly message: string;
}

/** How the log and people call a rule. */
export function ruleName({ name }: PolicyRule, index: number): string {
  return name ?? `rule ${index + 1}`;
}
