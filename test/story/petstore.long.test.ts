/** The story of a small server, with a client at its end. `github.long.test.ts` tells it of a large one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { load } from "js-yaml";
import { afterAll, describe, expect, it } from "vitest";
import { startUpstream } from "../e2e/upstream.ts";
import { sampleOf } from "../golden/sample.ts";
import { connectStdio } from "../runtime/mcp-connections.js";
import { Story } from "./story.ts";
import { tell } from "./tell.ts";

describe("an owner's project, and a new version of the Pet Store's document", () => {
  let story: Story;
  afterAll(() => story?.remove());

  tell(
    () =>
      (story = new Story({
        document: load(readFileSync(sampleOf("petstore").document, "utf8")),
        renamed: { path: "/pets/search", method: "post", operationId: "findPets" },
        moved: { path: "/orders/{orderId}", method: "get", to: "/v2/orders/{orderId}" },
        removed: { path: "/pets/{petId}", method: "delete" },
        called: { path: "/pets", method: "get", name: "browse_pets" },
        described: { path: "/health", method: "get", description: "Says whether the shop is open." },
        added: { path: "/pets/count", method: "get", operationId: "countPets", tool: "count_pets" },
        hook: "before: (args) => ({ ...args, limit: 7 })",
      })),
  );

  it("answers a client that still knows the old name, and the hook is asked under both", async () => {
    const upstream = await startUpstream();
    const link = story.linkPackages();
    const client = (await connectStdio("modern", join(story.server, "dist/main.js"), {
      PET_STORE_BASE_URL: upstream.url,
      PET_STORE_API_KEY: "key",
    })) as Client;
    try {
      const listed = (await client.listTools()).tools.map(({ name }) => name);
      expect(listed).toContain("browse_pets");
      expect(listed).toContain("count_pets");
      expect(listed).not.toContain("list_pets");
      expect(listed).not.toContain("delete_pet");
      const answer = { status: 200, headers: { "content-type": "application/json" }, body: '{"pets":[]}' };
      upstream.answers = [answer, answer, { ...answer, status: 204, body: "" }];
      for (const name of ["browse_pets", "list_pets"])
        expect(await client.callTool({ name, arguments: {} })).not.toMatchObject({ isError: true });
      await client.callTool({ name: "count_pets", arguments: {} });
      expect(upstream.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
        "GET /pets?limit=7",
        "GET /pets?limit=7",
        "GET /pets/count",
      ]);
      await expect(client.callTool({ name: "delete_pet", arguments: { petId: 1 } })).rejects.toMatchObject({
        code: -32602,
      });
    } finally {
      await client.close();
      await upstream.close();
      link.remove();
    }
  });
});
