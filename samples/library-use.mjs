/**
 * The generator as a library: makes a server of a document, says what it offers and what a change of the document means
 * for whoever uses it, and writes it unless that breaks something.
 *
 *     node samples/library-use.mjs <document> <folder>
 *
 * A script of your own imports from "openapi-mcp-compiler" instead.
 */
import { CompileError, diff, generate, inspect, inspectTool, textReport, writeProject } from "../dist/index.js";

const [document = "samples/petstore/openapi.yaml", folder = "server"] = process.argv.slice(2);
const options = { inputs: [document] };

try {
  const { tools, cost, egress } = await inspect(options);
  console.log(
    `${tools.length} tools, about ${cost.tokens} tokens; hosts: ${egress.map(({ host }) => host).join(", ")}`,
  );

  const [first] = tools;
  if (first !== undefined) {
    const { reasons } = await inspectTool(options, first.name);
    console.log(`${first.name} is ${reasons.find(({ about }) => about === "name")?.text}`);
  }

  const change = await diff(folder, options).catch(withoutProject);
  if (change !== undefined) console.log(textReport(change, false));
  if (change?.verdict === "major") {
    console.log("Nothing is written: that would break who uses the server.");
    process.exitCode = 1;
  } else {
    const { files } = await generate(options);
    const changes = await writeProject(files, folder, { force: false });
    console.log(`${changes.filter(({ kind }) => kind !== "same").length} files written`);
  }
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  for (const { message, file, line, help } of error.diagnostics)
    console.error(`${file}:${line ?? ""} ${message}. ${help}`);
  process.exitCode = 1;
}

/** The first time there is nothing to compare with. */
function withoutProject(error) {
  if (error instanceof CompileError) return undefined;
  throw error;
}
