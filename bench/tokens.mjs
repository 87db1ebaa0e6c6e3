/**
 * Prints how far estimated tokens of `tools/list` are from those of a real tokeniser: `node bench/tokens.mjs [name …]`, after
 * `npm run build` and `npm install --no-save gpt-tokenizer@4.0.0`, whose tables are 30 MB and so no dependency.
 *
 * A name is a file, or part of the path of a document below OPENAPI_CORPUS (by default `../shared/specs` beside the
 * repository). Of each document 120 entries are taken, evenly, whole and folded.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { generate, listOfServer, toolTokens } from "../dist/index.js";

const { encode } = await import("gpt-tokenizer/encoding/o200k_base").catch(() => {
  console.error("npm install --no-save gpt-tokenizer@4.0.0");
  process.exit(1);
});
const repository = fileURLToPath(new URL("../", import.meta.url));
const corpus = resolve(repository, process.env.OPENAPI_CORPUS ?? "../shared/specs");
const names = process.argv.slice(2);
const perDocument = 120;

const parts = names.length === 0 ? ["large/", "real/"] : names.filter((name) => !existsSync(name));
const known = existsSync(corpus) ? readdirSync(corpus, { recursive: true }) : [];
const documents = [
  ...names.filter((name) => existsSync(name)).map((name) => resolve(name)),
  ...known
    .filter((file) => /\.(?:json|ya?ml)$/.test(file) && parts.some((part) => file.includes(part)))
    .sort()
    .map((file) => join(corpus, file)),
];

const all = [];
for (const path of documents) {
  const samples = await samplesOf(path);
  if (samples.length > 0) print(path.replace(`${corpus}/`, ""), samples);
  all.push(...samples);
}
print("in all", all);

async function samplesOf(path) {
  const samples = [];
  for (const fold of [false, true]) {
    const made = await generate({ inputs: [path], list: { mode: "all", fold, budget: 1 } }).catch(() => undefined);
    const list = made === undefined ? [] : listOfServer(made.model);
    const step = Math.max(1, Math.floor(list.length / perDocument));
    for (let at = 0; at < list.length; at += step)
      samples.push({
        said: toolTokens(list[at]),
        counted: encode(JSON.stringify(list[at]), { disallowedSpecial: new Set() }).length,
      });
  }
  return samples;
}

function print(name, samples) {
  const sum = (key) => samples.reduce((total, sample) => total + sample[key], 0);
  const errors = samples.map(({ said, counted }) => Math.abs(said / counted - 1)).sort((one, other) => one - other);
  const share = (part) => `${(100 * (errors[Math.floor(part * (errors.length - 1))] ?? 0)).toFixed(1)} %`;
  const whole = 100 * (sum("said") / sum("counted") - 1);
  console.log(
    `${name.padEnd(40)} ${samples.length} entries, ${whole > 0 ? "+" : ""}${whole.toFixed(1)} % in all; half within ${share(0.5)}, 9 of 10 within ${share(0.9)}, 19 of 20 within ${share(0.95)}`,
  );
}
