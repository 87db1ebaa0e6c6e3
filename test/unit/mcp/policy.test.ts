/** The policy of a server: what the runtime gets to know of its tools, and what the policy says that cannot be meant. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { buildServer } from "../../../src/mcp/build.ts";
import type { ServerModel } from "../../../src/mcp/model.ts";
import { ruledTools, withPolicy } from "../../../src/mcp/policy/build.ts";
import { noRules } from "../../../src/mcp/policy/wish.ts";
import { apiOf } from "../document.ts";

const text = { type: "string" };
const id = { name: "id", in: "path", required: true, schema: text };
const answers = { responses: { 200: { description: "" } } };
const document: JsonObject = {
  paths: {
    "/pets": {
      get: { operationId: "listPets", tags: ["pets", "reading"], ...answers },
      post: {
        operationId: "createPet",
        tags: ["pets"],
        requestBody: {
          content: {
            "application/json": {
              schema: { type: "object", required: ["name"], properties: { name: text, kind: text } },
            },
          },
        },
        ...answers,
      },
    },
    "/pets/{id}": {
      parameters: [id],
      get: { operationId: "getPet", tags: ["pets"], ...answers },
      delete: { operationId: "deletePet", tags: ["pets"], ...answers },
    },
    "/health": { head: { operationId: "checkHealth", ...answers } },
  },
};

const { api } = apiOf(document);
const model = buildServer([{ api, report: () => undefined }]);

function made(value: Json, of: ServerModel = model) {
  const told: Diagnostic[] = [];
  const placeOf = (pointer: string) => ({ file: "openapi-to-mcp.yaml", pointer: `/policy${pointer}`, line: 9 });
  const made = withPolicy(of, { value, placeOf }, [{ api }], (diagnostic) => void told.push(diagnostic));
  return { policy: made.policy, told };
}

describe("the policy of a server", () => {
  it("is none where its owner says nothing", () => {
    expect(withPolicy(model, undefined, [{ api }], () => undefined)).toBe(model);
  });

  it("is what its owner wrote, beside what rules ask of each tool", () => {
    const rules = [{ effect: "deny", tags: ["pets"], methods: ["DELETE"] }];
    expect(made({ rules })).toEqual({
      told: [],
      policy: {
        policy: { rules },
        tools: {
          check_health: { method: "HEAD" },
          create_pet: { method: "POST", tags: ["pets"], reads: "list_pets" },
          delete_pet: { method: "DELETE", tags: ["pets"], reads: "get_pet" },
          get_pet: { method: "GET", tags: ["pets"] },
          list_pets: { method: "GET", tags: ["pets", "reading"] },
        },
      },
    });
  });

  it("names its tools in the order of the alphabet", () => {
    expect(Object.keys(made({ rules: [] }).policy?.tools ?? {})).toEqual([
      "check_health",
      "create_pet",
      "delete_pet",
      "get_pet",
      "list_pets",
    ]);
  });

  it("has no rules where it cannot be read, and says where it cannot", () => {
    const { policy, told } = made({ rules: [{ effect: "perhaps" }] });
    expect(policy?.policy).toEqual({ rules: [] });
    expect(told).toMatchObject([
      { code: "invalid-policy", file: "openapi-to-mcp.yaml", pointer: "/policy/rules/0/effect", line: 9 },
    ]);
  });

  it("is told where it speaks of a tool that there is not", () => {
    const rules = [{ effect: "deny", tools: ["delete_pets"] }];
    const { policy, told } = made({ rules });
    expect(policy?.policy).toEqual({ rules });
    expect(told).toMatchObject([
      {
        code: "invalid-policy",
        pointer: "/policy/rules/0/tools/0",
        message: 'There is no tool "delete_pets"; did you mean "delete_pet"?',
      },
    ]);
  });

  it("has no rules and no place where the server keeps one of which nothing is said", () => {
    expect(noRules.value).toEqual({ rules: [] });
    expect(noRules.placeOf("/rules")).toEqual({ file: "configuration", pointer: "/rules" });
  });
});

describe("a tool as rules see it", () => {
  const ruled = ruledTools(model, new Map([["create_pet", { method: "POST" }]]));
  const named = (name: string) => ruled.find((tool) => tool.name === name);

  it("has its arguments, with whether each is required", () => {
    expect([...(named("create_pet")?.arguments ?? [])]).toEqual([
      ["name", true],
      ["kind", false],
    ]);
    expect([...(named("get_pet")?.arguments ?? [])]).toEqual([["id", true]]);
    expect([...(named("list_pets")?.arguments ?? [])]).toEqual([]);
  });

  it("has its hints, and what is known of it", () => {
    expect(named("delete_pet")?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(named("create_pet")).toMatchObject({ method: "POST" });
    expect(named("get_pet")).not.toHaveProperty("method");
  });
});
