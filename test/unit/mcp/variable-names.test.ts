/** First parts of environment variables, and names from long or odd operationIds. */
import { describe, expect, it } from "vitest";
import { environmentPrefix, prefixOfApi } from "../../../src/mcp/names/environment-prefix.ts";
import { toolOf, toolsOf } from "../document.ts";

describe("the variables of an API", () => {
  it.each([
    ["pets", "PETS"],
    ["pet_shop", "PET_SHOP"],
    ["2checkout", "API_2CHECKOUT"],
    ["node", "NODE_MCP"],
    ["openapi", "OPENAPI_MCP"],
    ["aws", "AWS_MCP"],
    ["dynamodb", "DYNAMODB_MCP"],
    ["github_rest", "GITHUB_REST_MCP"],
    ["new_relic", "NEW_RELIC_MCP"],
    ["new_pets", "NEW_PETS"],
    ["new", "NEW_MCP"],
    ["open_ai", "OPEN_AI_MCP"],
    ["api", "API_MCP"],
    ["secret_key", "SECRET_KEY_MCP"],
    ["secret_pets", "SECRET_PETS"],
    ["bearer", "BEARER_MCP"],
    ["mcp", "API_MCP"],
    ["mcp_pets", "API_MCP_PETS"],
    ["github_mcp", "GITHUB_MCP"],
    ["githubs", "GITHUBS"],
  ])("%s begin with %s", (name, prefix) => expect(environmentPrefix(name)).toBe(prefix));

  const tools = (...apis: readonly string[]) =>
    apis.map((api) => ({ name: "a", api, pointer: "/paths/~1a/get", input: "" }));

  it.each([
    ["pets", "PETS"],
    ["git", "GIT_API"],
    ["git_hub", "GIT_HUB_API"],
    ["git_api", "GIT_API"],
    ["java", "JAVA_API"],
    ["github", "GITHUB"],
    ["2pets", "API_2PETS"],
  ])("%s begin with %s where the project was made before they were told apart", (name, prefix) =>
    expect(prefixOfApi(name, { tools: tools(name) })).toBe(prefix),
  );

  it("begin as they did, else as those of a new one", () => {
    expect(prefixOfApi("git", { tools: tools("git"), prefixes: [{ api: "git", prefix: "MINE" }] })).toBe("MINE");
    expect(prefixOfApi("git", { tools: tools("other"), prefixes: [{ api: "x", prefix: "MINE" }] })).toBe("GIT_MCP");
  });
});

describe("the name of a tool", () => {
  it("is read from both ends of an operationId that is very long", () => {
    const [end, start] = ["zebra", "apple"].map((word) => `${word}_`.repeat(1_000));
    const name = toolOf({ operationId: `${start}${"middle_".repeat(10)}${end}` }).listing.name;
    expect(name).toMatch(/^apple_apple/);
    expect(name).not.toContain("middle");
    expect(name).toContain("zebra");
  });

  it("is a number's where long operationIds differ only between those ends", () => {
    const id = (middle: string): string => `${"apple_".repeat(400)}${middle}${"zebra_".repeat(400)}`;
    const paths = Object.fromEntries(
      ["one", "two"].map((word) => [`/${word}`, { get: { operationId: id(`${word}_`.repeat(100)), responses: {} } }]),
    );
    expect([...toolsOf({ paths }).keys()]).toEqual(["apple_apple_zebra", "apple_apple_zebra_2"]);
  });

  it.each([
    ["listPets", "list_pets"],
    ["2fa", "call_2fa"],
    ["名前1", "get_pets"],
    ["", "get_pets"],
    ["42", "call_42"],
    ["ab名", "ab"],
    ["2faSetup", "call_2fa_setup"],
  ])("of the operationId %j is %s", (operationId, name) => expect(toolOf({ operationId }).listing.name).toBe(name));

  it.each([
    ["/", "get_root"],
    ["/pets/{petId}/photos", "get_pets_by_pet_id_photos"],
    ["/pets.{format}", "get_pets_by_format"],
    ["/pets?sort=name", "get_pets"],
    ["/pets#top", "get_pets"],
    ["//pets/", "get_pets"],
  ])("of the path %s is %s", (path, name) => {
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, given = ""]) => ({
      name: given,
      in: "path",
      required: true,
      schema: { type: "string" },
    }));
    expect(toolOf({ parameters }, { path }).listing.name).toBe(name);
  });
});
