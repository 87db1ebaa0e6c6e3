/** Writes the golden trees, and the page that lists the samples. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { expectedPath, goldenTree } from "./golden-tree.ts";
import { cases, filesOf, repository, samples, sentenceOf } from "./sample.ts";

for (const sample of samples) {
  rmSync(join(sample.folder, "expected"), { recursive: true, force: true });
  for (const [path, text] of await goldenTree(sample, await filesOf(sample))) {
    const target = expectedPath(sample, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

const rows = cases.map((sample) => `| [${sample.name}](cases/${sample.name}) | ${sentenceOf(sample)} |`);
writeFileSync(
  join(repository, "samples/README.md"),
  await format(
    `# Samples

[petstore](petstore) is the one to read first: its \`openapi.yaml\`, and in \`expected/\` the whole project that it
compiles to but for \`src/runtime/\`, which is as it lies in [templates](../templates/always/src/runtime). Its
\`calls.json\` says what calls of its tools become on the wire.

Each folder below [cases](cases) shows one thing as a difference from the petstore. What goes in: an \`overlay.yaml\` for
the petstore's document, a document of its own, or an \`openapi-to-mcp.yaml\` with what its owner decides. What comes out:
in \`expected/\` the files that the petstore has not, and in \`changes.diff\` what else is not the same. In \`calls.json\`,
calls of its tools.

\`\`\`sh
openapi-to-mcp samples/petstore/openapi.yaml --overlay samples/cases/bodies/form/overlay.yaml -o ../server
openapi-to-mcp -c samples/cases/curation/arguments/openapi-to-mcp.yaml -o ../server
\`\`\`

\`npm run golden\` writes \`expected/\` and this page.

| Case | Shows |
| ---- | ----- |
${rows.join("\n")}
`,
    { parser: "markdown" },
  ),
);
console.log(`samples: petstore, ${cases.length} cases`);
