/**
 * Judges documents and prints a table: `npm run fidelity -- [name …] [--document PATH] [--seed TEXT] [--report FILE]
 * [--through discovery] [--verbose] [--accept]`. `--through discovery` calls by `call_read_operation` and `call_write_operation`
 * on a server that lists no operation. `--accept` writes what fails into the list of known failures; without it, a failure that is
 * not in the list fails the run, and so does an entry that no longer fails. Each document has a process of its own, two at a time.
 */
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { leftOut, validDocuments } from "../corpus/documents.ts";
import { CompileError } from "../../src/index.ts";
import { judgeDocument } from "./judge.ts";
import { acceptKnown, compareKnown } from "./known.ts";
import { type DocumentReport, emptyReport } from "./report.ts";
import { heading, summaryOf, tableOf } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    document: { type: "string" },
    name: { type: "string" },
    seed: { type: "string", default: "1" },
    report: { type: "string", default: "node_modules/.cache/openapi-to-mcp/fidelity.json" },
    through: { type: "string", default: "direct" },
    worker: { type: "boolean", default: false },
    accept: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

const { through } = values;
if (through !== "direct" && through !== "discovery") throw new Error("--through takes direct or discovery");

if (values.worker) await work();
else await main();

async function work(): Promise<void> {
  const name = values.name ?? "";
  let report: DocumentReport;
  try {
    report = await judgeDocument(name, values.document ?? "", values.seed, through === "discovery");
  } catch (fault) {
    const isEmpty = fault instanceof CompileError && fault.message.includes("no operation");
    report = emptyReport(
      name,
      isEmpty ? undefined : fault instanceof Error ? (fault.stack ?? fault.message) : String(fault),
    );
  }
  process.send?.(report, () => process.exit(0));
}

async function main(): Promise<void> {
  const known = validDocuments();
  if (values.document === undefined && known.length === 0) {
    console.log(leftOut);
    return;
  }
  const chosen =
    values.document === undefined
      ? known.filter(({ file }) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
      : [{ file: values.document, path: resolve(values.document), operations: 0 }];
  // The largest first, so that none is left over at the end.
  const queue = [...chosen].sort((a, b) => b.operations - a.operations);
  const reports: DocumentReport[] = [];
  console.log(heading);
  mkdirSync(dirname(values.report), { recursive: true });
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const report = await judgeApart(next.file, next.path);
      reports.push(report);
      console.log(tableOf(report, values.verbose));
      // After each, so that a run that is stopped has said something.
      writeFileSync(values.report, JSON.stringify(reports, null, 1));
    }
  };
  await Promise.all([lane(), lane()]);
  reports.sort((a, b) => (a.document < b.document ? -1 : 1));
  writeFileSync(values.report, JSON.stringify(reports, null, 1));
  console.log(summaryOf(reports));
  if (values.document !== undefined) return;
  const file = process.env["FIDELITY_KNOWN"];
  if (values.accept) acceptKnown(reports, file);
  const { added, gone } = compareKnown(reports, file);
  for (const { document, tool, question, reason } of added)
    console.log(`New: ${document} ${tool} ${question}: ${reason}`);
  for (const { document, tool, question } of gone)
    console.log(`No longer fails, take it out of the list: ${document} ${tool} ${question}`);
  process.exitCode = added.length + gone.length === 0 ? 0 : 1;
}

function judgeApart(name: string, path: string): Promise<DocumentReport> {
  const given = ["--name", name, "--document", path, "--seed", values.seed, "--through", values.through];
  const child = fork(process.argv[1] ?? "", ["--worker", ...given]);
  return new Promise((done) => {
    child.once("message", (report) => done(report as DocumentReport));
    child.once("exit", (code) => done(emptyReport(name, `ended with code ${code}`)));
  });
}
