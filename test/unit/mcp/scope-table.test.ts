/** Which scopes of a document become scopes that callers have to have. */
import { describe, expect, it } from "vitest";
import type { Operation, SecurityRequirement } from "../../../src/api/model.ts";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import { completeCuration } from "../../../src/config/curation.ts";
import { generate } from "../../../src/generate.ts";
import { decisionOf } from "../../../src/mcp/curation/decision.ts";
import { scopeDecisions } from "../../../src/mcp/curation/scope-table.ts";

const place = (scope: string) => ({ file: "mine.yaml", pointer: `/scopes/${scope}`, line: 3 });
const entriesOf = (table: Record<string, string>) =>
  Object.entries(table).map(([scope, needed]) => ({ scope, needed, place: place(scope) }));
const needing = (...alternatives: (readonly string[])[]): Operation =>
  ({
    security: alternatives.map((scopes): readonly SecurityRequirement[] => [{ scheme: "login", scopes }]),
  }) as unknown as Operation;

function scopesFor(operation: Operation, table: Record<string, string>) {
  const told: Diagnostic[] = [];
  const decisions = scopeDecisions([operation], entriesOf(table), new Map(), (one) => told.push(one));
  return { scopes: decisions.get(operation)?.scopes?.value, told: told.map(({ message }) => message) };
}

describe("the table of scopes", () => {
  it.each<[string, Operation, Record<string, string>, readonly string[] | undefined]>([
    ["by name", needing(["read"]), { read: "pets:read" }, ["pets:read"]],
    ["all of them", needing(["read", "write"]), { read: "r", write: "w" }, ["r", "w"]],
    ["those that it speaks of", needing(["read", "other"]), { read: "r" }, ["r"]],
    ["each by its own name", needing(["read", "write"]), { "*": "*" }, ["read", "write"]],
    ["each within another", needing(["read"]), { "*": "shop.*" }, ["shop.read"]],
    ["a name before each", needing(["read", "write"]), { read: "r", "*": "*" }, ["r", "write"]],
    ["of the first alternative that names any", needing([], ["read"], ["write"]), { "*": "*" }, ["read"]],
    ["none where the document names none", needing([]), { "*": "*" }, undefined],
    ["none without a requirement", needing(), { "*": "*" }, undefined],
    ["no pattern of replacements", needing(["a$&b"]), { "*": "x.*" }, ["x.a$&b"]],
    ["nothing inherited", needing(["constructor"]), { "*": "*" }, ["constructor"]],
  ])("%s", (_case, operation, table, scopes) => expect(scopesFor(operation, table)).toEqual({ scopes, told: [] }));

  it("tells of a scope that no operation names, since what it was meant to keep is open", () =>
    expect(scopesFor(needing(["read"]), { raed: "r" })).toEqual({
      scopes: undefined,
      told: ['No operation asks for the scope "raed"'],
    }));

  it("comes after what the document decides by x-mcp", () => {
    const operation = needing(["read"]);
    const below = new Map([[operation, decisionOf({ scopes: [], title: "T" }, "x-mcp")]]);
    const [decision] = scopeDecisions([operation], entriesOf({ "*": "*" }), below, () => undefined).values();
    expect([decision?.scopes?.value, decision?.title?.value]).toEqual([[], "T"]);
  });

  it("reaches the policies of a server, and a tool's own scopes go before it", async () => {
    const operation = (scope: string) => ({
      security: [{ login: [scope] }],
      responses: { "200": { description: "done" } },
    });
    const document = {
      openapi: "3.1.0",
      info: { title: "Pets", version: "1" },
      servers: [{ url: "https://api.example.com" }],
      components: {
        securitySchemes: {
          login: {
            type: "oauth2",
            flows: { clientCredentials: { tokenUrl: "https://api.example.com/t", scopes: { read: "", write: "" } } },
          },
        },
      },
      paths: { "/pets": { get: operation("read"), post: operation("write"), delete: operation("write") } },
    };
    const stdin = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(document));
    const curation = completeCuration({
      scopes: entriesOf({ "*": "pets:*" }),
      tools: [{ operation: "DELETE /pets", place: place("x"), arguments: new Map(), scopes: ["admin"] }],
    });
    const { model } = await generate({ inputs: ["-"], stdin, curation });
    expect(model.apis[0]?.data.policies).toEqual({
      delete_pets: { scopes: ["admin"] },
      get_pets: { scopes: ["pets:read"] },
      post_pets: { scopes: ["pets:write"] },
    });
  });
});
