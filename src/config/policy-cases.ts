/** A table of calls, and what a policy has to say of them. */
import { defined } from "../base/defined.ts";
import { CompileError, diagnosticAt, type Finding } from "../base/diagnostics.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString, ownTexts, pointerTo } from "../base/json.ts";
import { loadValue } from "../document/value.ts";
import type { Place } from "../mcp/curation/curation.ts";
import { checkShape } from "./check.ts";
import { type Shape, text, texts } from "./shape.ts";

export interface PolicyCase {
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly toolset?: string;
  /** Absent: whoever starts the server over stdio. */
  readonly caller?: CaseCaller;
  readonly expect: "allow" | "ask" | "deny";
  /** Name of the rule that has to decide; absent: any. */
  readonly rule?: string;
  /** Arguments that have to be left of the call; absent: any. */
  readonly becomes?: JsonObject;
  readonly place: Place;
}

export interface CaseCaller {
  readonly id?: string;
  readonly subject?: string;
  readonly client?: string;
  readonly tenant?: string;
  readonly scopes: readonly string[];
  readonly groups?: readonly string[];
  readonly claims?: JsonObject;
}

const callerShape: Shape = {
  kind: "fields",
  fields: [
    ...["id", "subject", "client", "tenant"].map((key) => ({ key, shape: text, description: "" })),
    ...["scopes", "groups"].map((key) => ({ key, shape: texts, description: "" })),
    { key: "claims", shape: { kind: "names", of: { kind: "any" } }, description: "" },
  ],
};

const casesShape: Shape = {
  kind: "fields",
  fields: [
    {
      key: "cases",
      required: true,
      description: "",
      shape: {
        kind: "list",
        least: 1,
        of: {
          kind: "fields",
          fields: [
            { key: "tool", shape: text, required: true, description: "" },
            { key: "arguments", shape: { kind: "names", of: { kind: "any" } }, description: "" },
            { key: "toolset", shape: text, description: "" },
            { key: "caller", shape: callerShape, description: "" },
            {
              key: "expect",
              shape: { kind: "choice", of: ["allow", "ask", "deny"], what: "allow, ask or deny" },
              required: true,
              description: "",
            },
            { key: "rule", shape: text, description: "" },
            { key: "becomes", shape: { kind: "names", of: { kind: "any" } }, description: "" },
          ],
        },
      },
    },
  ],
};

/**
 * Reads a file of cases, YAML or JSON.
 *
 * @throws {CompileError} where it cannot be read, or is none: every fault with pointer and line
 */
export async function loadPolicyCases(file: string): Promise<readonly PolicyCase[]> {
  const read = await loadValue(file);
  const findings: Finding[] = [];
  checkShape(read.value ?? {}, casesShape, "", (finding) => void findings.push(finding));
  if (findings.length > 0)
    throw new CompileError(
      findings.map(({ code, message, pointer }) => diagnosticAt(code, file, message, read.locate(pointer))),
    );
  const cases = own(read.value, "cases");
  return (isArray(cases) ? cases : []).map((value, index) =>
    caseOf(value, { file, ...read.locate(pointerTo("/cases", index)) }),
  );
}

function caseOf(value: Json, place: Place): PolicyCase {
  const caller = own(value, "caller");
  const becomes = own(value, "becomes");
  const expect = ownString(value, "expect");
  return {
    tool: ownString(value, "tool") ?? "",
    arguments: objectOf(own(value, "arguments")) ?? {},
    ...defined({
      toolset: ownString(value, "toolset"),
      rule: ownString(value, "rule"),
      becomes: objectOf(becomes),
      caller: caller === undefined ? undefined : callerOf(caller),
    }),
    expect: expect === "allow" || expect === "ask" ? expect : "deny",
    place,
  };
}

function callerOf(value: Json): CaseCaller {
  return {
    ...defined({
      id: ownString(value, "id"),
      subject: ownString(value, "subject"),
      client: ownString(value, "client"),
      tenant: ownString(value, "tenant"),
      groups: ownTexts(value, "groups"),
      claims: objectOf(own(value, "claims")),
    }),
    scopes: ownTexts(value, "scopes") ?? [],
  };
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}
