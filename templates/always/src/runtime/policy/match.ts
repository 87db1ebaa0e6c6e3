/** Whether a rule is about a tool, and about a caller. */
import { isJsonArray, memberAt } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model-parts.js";
import type { Caller } from "../upstream/http-message.js";
import { hintNames, type PolicyRule, type RuledTool } from "./policy-data.js";

/** Who calls, and by which way. */
export interface Asking {
  readonly caller: Caller;
  /** Absent: the whole server. */
  readonly toolset?: string | undefined;
}

export function fitsTool(rule: PolicyRule, tool: RuledTool): boolean {
  const { tools, tags, methods, hints } = rule;
  return (
    (tools === undefined || tools.some((glob) => fitsGlob(glob, tool.name))) &&
    (tags === undefined ||
      tags.some((tag) => tool.tags?.includes(tag) === true)) &&
    (methods === undefined ||
      (tool.method !== undefined && methods.includes(tool.method))) &&
    Object.entries(hintNames).every(([name, hint]) => {
      const wanted = hints?.[name as keyof typeof hintNames];
      return wanted === undefined || wanted === tool.annotations[hint];
    })
  );
}

/** `*` stands for any characters. Looks at each character once. */
export function fitsGlob(glob: string, text: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return glob === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

const defaultGroupClaims = ["groups"];

export function fitsCaller(
  rule: PolicyRule,
  { caller, toolset }: Asking,
  groupClaims: readonly string[] = defaultGroupClaims,
): boolean {
  const { callers, scopes, claims, toolsets } = rule;
  const named = (list: readonly string[] | undefined, name?: string): boolean =>
    list === undefined || (name !== undefined && list.includes(name));
  return (
    named(toolsets, toolset) &&
    (callers === undefined ||
      callers.some((glob) => fitsGlob(glob, caller.id))) &&
    named(rule.subjects, caller.subject) &&
    named(rule.clients, caller.client) &&
    named(rule.tenants, caller.tenant) &&
    (scopes === undefined || hasScopes(rule, scopes, caller)) &&
    (rule.groups === undefined ||
      groupClaims.some((claim) =>
        hasClaim(caller, claim, rule.groups ?? []),
      )) &&
    Object.entries(claims ?? {}).every(([claim, values]) =>
      hasClaim(caller, claim, values),
    )
  );
}

/** Whoever starts the server over stdio holds its credentials: nothing is withheld from them, and no scope is held against them. */
function hasScopes(
  { effect }: PolicyRule,
  wanted: readonly string[],
  { scopes }: Caller,
): boolean {
  if (scopes === undefined) return effect !== "deny";
  return wanted.every((scope) => scopes.includes(scope));
}

/** Whether a claim is, or as a list holds, one of some values. */
function hasClaim(
  { claims }: Caller,
  claim: string,
  wanted: readonly JsonValue[],
): boolean {
  const found =
    claims === undefined ? undefined : memberAt(claims as JsonObject, claim);
  if (found === undefined) return false;
  const values = isJsonArray(found) ? found : [found];
  return values.some((value) =>
    wanted.some((one) => JSON.stringify(one) === JSON.stringify(value)),
  );
}

/** Whether a rule says nothing of who calls, how, and with what. */
export function isForAll(rule: PolicyRule): boolean {
  return conditionsOf(rule).every((condition) => condition === undefined);
}

/** Who calls, how and with what, as a rule has it. */
export function conditionsOf(rule: PolicyRule): readonly unknown[] {
  return [
    rule.arguments,
    rule.callers,
    rule.claims,
    rule.clients,
    rule.groups,
    rule.scopes,
    rule.subjects,
    rule.tenants,
    rule.toolsets,
  ];
}
