/** `policy` of the configuration file: its form, and where it stands. */
import { CompileError, diagnosticAt, type Finding } from "../base/diagnostics.ts";
import { type Json, isObject } from "../base/json.ts";
import { loadValue } from "../document/value.ts";
import type { PolicyWish } from "../mcp/policy/wish.ts";
import { checkShape } from "./check.ts";
import type { PlaceOf } from "./curation.ts";
import { boolean, type Shape, text, texts } from "./shape.ts";

const someTexts: Shape = { ...texts, least: 1 } as Shape;

const effectShape: Shape = { kind: "choice", of: ["allow", "ask", "deny"], what: "allow, ask or deny" };

const ruleShape: Shape = {
  kind: "fields",
  fields: [
    { key: "name", shape: text, description: "What the log calls it; default: rule and its number" },
    { key: "effect", shape: effectShape, required: true, description: "allow, ask (the user of the client), or deny" },
    { key: "reason", shape: text, description: "What a model is told of a call that is refused" },
    { key: "tools", shape: someTexts, description: "Names of tools; * stands for any characters" },
    { key: "tags", shape: someTexts, description: "Tags of the operation" },
    {
      key: "methods",
      shape: {
        kind: "list",
        least: 1,
        of: { kind: "text", pattern: "^[A-Z-]+$", meaning: "an HTTP method in capitals" },
      },
      description: "HTTP methods, in capitals",
    },
    {
      key: "hints",
      shape: {
        kind: "fields",
        least: 1,
        fields: [
          { key: "read-only", shape: boolean, description: "Whether the tool changes nothing" },
          { key: "destructive", shape: boolean, description: "Whether it may change or remove what exists" },
          { key: "idempotent", shape: boolean, description: "Whether repeating a call changes nothing more" },
          { key: "open-world", shape: boolean, description: "Whether it deals with things outside the server" },
        ],
      },
      description: "Hints that the tool has, or has not",
    },
    { key: "toolsets", shape: someTexts, description: "Toolsets that the call comes through" },
    {
      key: "callers",
      shape: someTexts,
      description: "Ids of callers as the log has them; * stands for any characters",
    },
    { key: "subjects", shape: someTexts, description: "Subjects of access tokens" },
    { key: "clients", shape: someTexts, description: "Programs that access tokens were issued to" },
    { key: "tenants", shape: someTexts, description: "Organisations of access tokens" },
    { key: "groups", shape: someTexts, description: "Groups of the caller" },
    { key: "scopes", shape: someTexts, description: "Scopes of the caller, all of them" },
    {
      key: "claims",
      shape: { kind: "names", of: { kind: "list", least: 1, of: { kind: "any" } } },
      description: "Values by claim of the access token; dots lead into a claim",
    },
    { key: "arguments", shape: { kind: "any" }, description: "JSON Schema: the rule is for calls that meet it" },
    { key: "require", shape: { kind: "any" }, description: "JSON Schema that arguments have to meet: else refused" },
    {
      key: "cap",
      shape: { kind: "names", of: { kind: "any" } },
      description: "Largest number by argument: a larger one is lowered, an absent one set",
    },
    { key: "drop", shape: someTexts, description: "Arguments that are left out" },
    { key: "dry-run", shape: boolean, description: "Whether the request is shown in place of being sent" },
  ],
};

const policyFileShape: Shape = {
  kind: "fields",
  fields: [
    {
      key: "default",
      shape: effectShape,
      description:
        "What becomes of calls that no rule fits; default: what reads is allowed, what is destructive asked about, the rest allowed",
    },
    { key: "custom", shape: someTexts, description: "Tools of src/custom.ts that rules name" },
    {
      key: "group-claims",
      shape: someTexts,
      default: ["groups"],
      description: "Claims that name the groups of a caller; dots lead into a claim",
    },
    {
      key: "rules",
      shape: { kind: "list", of: ruleShape },
      required: true,
      description: "The rules: the first that fits decides",
    },
  ],
};

/** The policy, or the path of a file that is one. */
export const policyShape: Shape = { kind: "either", of: [text, policyFileShape] };

/**
 * The policy that a configuration has or names; its form is checked.
 *
 * @param value of the key `policy`
 * @param path how a path of the configuration is seen from the working folder
 * @throws {CompileError} where the file that it names cannot be read, or is none
 */
export async function policyOf(
  value: Json | undefined,
  placeOf: PlaceOf,
  path: (given: string) => string,
): Promise<PolicyWish | undefined> {
  if (value === undefined) return undefined;
  if (isObject(value)) return { value, placeOf: (pointer) => placeOf(`/policy${pointer}`) };
  const file = path(String(value));
  const read = await loadValue(file);
  const findings: Finding[] = [];
  const policy = read.value ?? {};
  checkShape(policy, policyFileShape, "", (finding) => void findings.push(finding));
  if (findings.length > 0)
    throw new CompileError(
      findings.map(({ code, message, pointer }) => diagnosticAt(code, file, message, read.locate(pointer))),
    );
  return { value: policy, file, placeOf: (pointer) => ({ file, ...read.locate(pointer) }) };
}
