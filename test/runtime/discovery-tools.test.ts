/** The tools of discovery as clients see them, and what the log says of who calls. */
import { describe, expect, it } from "vitest";
import { callerFields } from "../../templates/always/src/runtime/access/authority.ts";
import { discoveryTools } from "../../templates/always/src/runtime/finding/discovery-tools.ts";

describe("the tools of discovery", () => {
  it("say by their hints what a client may let through, and ask for what they need only", () => {
    const told = discoveryTools.map(({ name, annotations, inputSchema }) => {
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
      expect(inputSchema.additionalProperties).toBe(false);
      return [
        name,
        [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].map(Number).join(""),
        Object.keys(inputSchema.properties).join(" "),
        inputSchema.required?.join(" "),
      ];
    });
    expect(told).toEqual([
      ["find_operations", "1010", "query limit tag only", "query"],
      ["describe_operation", "1010", "name", "name"],
      ["call_read_operation", "1011", "name arguments", "name"],
      ["call_write_operation", "0101", "name arguments", "name"],
    ]);
  });

  it("take as many results as a list may have, and arguments of any kind", () => {
    const [find, , call] = discoveryTools;
    expect(find?.inputSchema.properties["limit"]).toMatchObject({ type: "integer", minimum: 1, maximum: 50 });
    expect(find?.inputSchema.properties["only"]).toMatchObject({ enum: ["read", "write"] });
    expect(call?.inputSchema.properties["arguments"]).toMatchObject({ type: "object", additionalProperties: true });
    for (const { title, description } of discoveryTools) {
      expect(title).not.toBe("");
      expect(description).toMatch(/\.$/);
    }
  });
});

it.each<[object, object]>([
  [{ id: "a" }, { caller: "a" }],
  [
    { id: "a", subject: "s", client: "c", tenant: "t", scopes: ["x"], claims: { email: "e" } },
    { caller: "a", subject: "s", client: "c", tenant: "t" },
  ],
])("of %j the log says %j", (caller, want) => expect(callerFields(caller as { id: string })).toEqual(want));
