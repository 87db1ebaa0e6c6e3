/**
 * Prints for how many operations with lists it is recognised how they go on: `node bench/pages.mjs [--list] [name …]`,
 * after `npm run build`. A name is a file or part of the path of a document below OPENAPI_CORPUS (by default
 * `../shared/specs` beside the repository). `--list` prints each of them, with the reason or that there is none.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "../dist/index.js";

const repository = fileURLToPath(new URL("../", import.meta.url));
const corpus = resolve(repository, process.env.OPENAPI_CORPUS ?? "../shared/specs");
const lists = process.argv.includes("--list");
const given = process.argv.slice(2).filter((name) => name !== "--list");
const names = given.length > 0 ? given : ["large/", "real/slack", "real/spotify", "real/notion", "real/mastodon"];
const known = existsSync(corpus) ? readdirSync(corpus, { recursive: true }) : [];
const files = [
  ...names.filter((name) => existsSync(name)),
  ...known
    .filter((file) => /\.(?:json|ya?ml)$/.test(file) && names.some((name) => !existsSync(name) && file.includes(name)))
    .sort()
    .map((file) => join(corpus, file)),
];

for (const file of files) {
  const { model } = await generate({ inputs: [file], list: { mode: "all" } });
  const tools = model.apis.flatMap(({ groups, schemas }) =>
    groups.flatMap((group) => group.tools.map((tool) => ({ tool, schemas }))),
  );
  const reading = tools.filter(({ tool }) => tool.listing.annotations.readOnlyHint);
  const listing = reading.filter(({ tool, schemas }) => holdsList(tool.result, schemas));
  const paged = reading.filter(({ tool }) => tool.call.pages !== undefined);
  const both = listing.filter(({ tool }) => tool.call.pages !== undefined);
  const kinds = [...new Set(paged.map(({ tool }) => tool.call.pages.by))].map(
    (kind) => `${kind} ${paged.filter(({ tool }) => tool.call.pages.by === kind).length}`,
  );
  console.log(
    `${file}: ${tools.length} tools, ${listing.length} with lists, ${both.length} of them paged (${paged.length} in all: ${kinds.join(", ")})`,
  );
  if (!lists) continue;
  for (const { tool } of [...new Set([...listing, ...paged])]) {
    const reason = tool.reasons.find(({ about }) => about === "pages")?.text ?? "-";
    const query = tool.call.request.parameters.filter((one) => one.in === "query").map(({ name }) => name);
    console.log(
      `  ${tool.call.request.method} ${tool.call.request.path} [${query.join(" ")}] ${tool.call.pages?.items ?? ""}: ${reason}`,
    );
  }
}

/** Whether an answer is an array, or has one among its members. */
function holdsList(schema, schemas, level = 0) {
  const name = /^#\/\$defs\/(.+)$/.exec(schema?.$ref ?? "")?.[1];
  if (name !== undefined) return level < 5 && holdsList(schemas.get(name), schemas, level + 1);
  if (typeof schema !== "object" || schema === null) return false;
  if ([schema.type].flat().includes("array")) return true;
  if (level > 4) return false;
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (parts.some((part) => holdsList(part, schemas, level + 1))) return true;
  return Object.values(schema.properties ?? {}).some((property) => {
    const target = /^#\/\$defs\/(.+)$/.exec(property?.$ref ?? "")?.[1];
    return [(target === undefined ? property : schemas.get(target))?.type].flat().includes("array");
  });
}
