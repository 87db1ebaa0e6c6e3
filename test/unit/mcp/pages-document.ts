/** A document of one operation that lists something, compiled. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/base/json.ts";
import { generate, type Generated } from "../../../src/generate.ts";
import type { GenerateOptions } from "../../../src/config/options.ts";

export async function generateFrom(
  parameters: Readonly<Record<string, JsonObject>>,
  answer: JsonObject,
  method = "get",
  options: Partial<GenerateOptions> = {},
): Promise<Generated> {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  try {
    const path = join(folder, "openapi.json");
    const operation = {
      operationId: "listThings",
      parameters: Object.entries(parameters).map(([name, schema]) => ({ name, in: "query", schema })),
      responses: { "200": { description: "Things", content: { "application/json": { schema: answer } } } },
    };
    writeFileSync(
      path,
      JSON.stringify({
        openapi: "3.1.0",
        info: { title: "Things", version: "1" },
        servers: [{ url: "https://things.example.com" }],
        paths: { "/things": { [method]: operation } },
      }),
    );
    return await generate({ inputs: [path], ...options });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
