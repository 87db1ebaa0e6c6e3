import { basename, join, resolve } from "node:path";
import { isRemote } from "../base/address.ts";
import { defined } from "../base/defined.ts";
import { checkOf } from "../check.ts";
import { configurationName } from "../config/read.ts";
import { CompileError, type Diagnostic } from "../base/diagnostics.ts";
import { type Change, type WriteOptions, planChanges, untouchedFiles } from "../disk/changes.ts";
import { compareProject } from "../disk/compare.ts";
import { hasFile, readLock } from "../disk/folder.ts";
import { writeProject } from "../disk/write.ts";
import { type Generated, type Stage, generate, mapDocuments, requireConfirmedHosts } from "../generate.ts";
import { intermediateOf, intermediates } from "../intermediate.ts";
import { moveRuntime } from "./runtime-move.ts";
import type { FileSet } from "../project/files.ts";
import { type Lock, lockPath } from "../lock/lock.ts";
import { visible, visibleJson } from "../base/visible.ts";
import { judge } from "./acceptance.ts";
import { reportCheck } from "./check-report.ts";
import { type CommandLine, UsageError } from "./line.ts";
import { knownVariables, lookAtOwnerFiles } from "./owner-files.ts";
import { refuseMisspelt } from "./meant.ts";
import { type Replacement, otherApi, replacementOf } from "./replacement.ts";
import { type Request, readAll, readRequest, recordedSettings } from "./request.ts";
import { isFirst, summaryOf } from "./summary.ts";
import { printChange, printSummary } from "./summary-report.ts";
import type { Surroundings, Terminal } from "./terminal.ts";
import { type WatchedRun, watch } from "./watch.ts";

/** What tells servers apart: it is loaded where there is a project already. */
const differences = (): Promise<typeof import("../diff.ts")> => import("../diff.ts");

const stages: Readonly<Record<Stage, string>> = {
  read: "Reading",
  map: "Mapping operations to tools",
  render: "Writing TypeScript",
};

/**
 * `openapi-to-mcp [document..]`: generates the project and writes it, or, with `--check`, compares it. Returns the exit
 * code.
 */
export async function generateCommand(
  line: CommandLine,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  if (line.isSet("watch") && (line.isSet("check") || line.isSet("dry-run") || line.operands.includes("-")))
    throw new UsageError("--watch writes whenever files change: it goes with neither --check nor --dry-run nor -");
  await refuseMisspelt(line);
  await refuseProjects(line);
  const once = withOneInput(surroundings);
  if (line.text("emit") !== undefined) return await printIntermediate(line, terminal, once);
  if (line.isSet("check")) return await runCheck(line, terminal, once);
  if (!line.isSet("watch")) {
    await runOnce(undefined, line, terminal, once);
    return 0;
  }
  const first = await requestOf(line, surroundings);
  const places = configurationPlaces(line);
  const sources = async (): Promise<readonly string[]> => [
    ...sourcesOf(await requestOf(line, surroundings).catch(() => first)),
    ...places,
  ];
  const run = (because: string | undefined): Promise<WatchedRun> => runOnce(because, line, terminal, once);
  await watch(sources, run, terminal, surroundings);
  return 0;
}

/**
 * A project is generated again by what it says itself, not as a document.
 *
 * @throws {UsageError} where a document is the folder of one
 */
async function refuseProjects(line: CommandLine): Promise<void> {
  for (const operand of line.operands)
    if (!isRemote(operand) && (await isProject(operand)))
      throw new UsageError(
        `"${operand}" is a project, no document: to generate it again, run openapi-to-mcp in it, or with -c ${operand}/${configurationName}`,
      );
}

/** Files that a request names: its configuration, and the documents, overlays and templates of this machine. */
function sourcesOf({ configuration, options }: Request): readonly string[] {
  const documents = options.inputs.map((input) => (typeof input === "string" ? { document: input } : input));
  const overlays = [...(options.overlays ?? []), ...documents.flatMap((input) => input.overlays ?? [])];
  const named = [...documents.map(({ document }) => document), ...overlays, options.templates ?? []].flat();
  return [...(configuration?.files ?? []), ...named.filter((path) => !isRemote(path))];
}

/** @param because what changed, for the line of a further run */
async function runOnce(
  because: string | undefined,
  line: CommandLine,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<WatchedRun> {
  const { generated: made, request, folder, replacement } = await generateAsAsked(line, terminal, surroundings);
  const lock = await readLock(folder);
  const move = lock === undefined ? undefined : await moveRuntime(made.files, lock, folder);
  const generated = { ...made, files: move?.files ?? made.files };
  const rewritten = [...(replacement?.rewritten ?? []), ...(move?.rewritten ?? [])];
  const owner = await lookAtOwnerFiles(generated, folder, line.isSet("update-package"), rewritten);
  const judged = judge(
    [...request.diagnostics, ...generated.diagnostics, ...owner.diagnostics],
    request.configuration?.accept ?? [],
    surroundings.cwd(),
  );
  if (request.strict) refuseWarnings(judged.diagnostics);
  terminal.progress(`Writing ${visible(folder)} …`);
  const dryRun = line.isSet("dry-run");
  const surface = lock === undefined ? undefined : await (await differences()).surfaceChange(folder, generated);
  const known = await knownVariables(folder, generated);
  const writing = { force: line.isSet("force"), updated: owner.updated };
  const changes = dryRun
    ? await plannedChanges(owner.files, folder, writing)
    : await tellingInterrupts(terminal, () => writeProject(owner.files, folder, writing));
  const summary = {
    ...summaryOf({ ...generated, ...judged }, changes, folder, dryRun, surface),
    ...defined({ replacement }),
  };
  if (line.isSet("json")) terminal.result(visibleJson(summary));
  else if (because === undefined) {
    const needs = summary.needs.filter(({ ways }) =>
      ways.some(({ variables }) => variables.some((name) => !known.has(name))),
    );
    printSummary(summary, { isFirst: isFirst(changes), needs }, terminal, line.isSet("verbose"));
  } else printChange(because, summary, terminal, line.isSet("verbose"));
  const wrote = changes.filter(({ kind }) => kind !== "same").map(({ path }) => join(folder, path));
  // A project that a run makes has a configuration from then on.
  return { sources: [...generated.sources, join(folder, configurationName)], wrote };
}

/** `--emit`: a value of the pipeline, for whoever works on it or asks why a project is as it is. */
async function printIntermediate(line: CommandLine, terminal: Terminal, surroundings: Surroundings): Promise<number> {
  const which = intermediates.find((name) => name === line.text("emit"));
  if (which === undefined) throw new UsageError(`--emit takes ${intermediates.join(", ")}`);
  const request = await withServerName(await requestOf(line, surroundings), surroundings);
  terminal.progress(`${stages.map} …`);
  terminal.result(visibleJson(intermediateOf(await mapDocuments(request.options), which)));
  return 0;
}

/** `--check`: what generating would change. */
async function runCheck(line: CommandLine, terminal: Terminal, surroundings: Surroundings): Promise<number> {
  const { generated, request, folder } = await generateAsAsked(line, terminal, surroundings);
  const owner = await lookAtOwnerFiles(generated, folder, false);
  const judged = judge(
    [...request.diagnostics, ...generated.diagnostics, ...owner.diagnostics],
    request.configuration?.accept ?? [],
    surroundings.cwd(),
  );
  if (request.strict) refuseWarnings(judged.diagnostics);
  const found = { ...checkOf(await compareProject(generated.files, folder)), ...judged };
  return reportCheck(found, folder, terminal, { json: line.isSet("json"), verbose: line.isSet("verbose") });
}

interface Asked {
  readonly generated: Generated;
  readonly request: Request;
  readonly folder: string;
  /** Present where the project was that of another API. */
  readonly replacement?: Replacement;
}

/**
 * Generates by the command line, the configuration file, and the lock of the project as it is.
 *
 * @throws {CompileError} `unconfirmed-host` where credentials would go to a host that the owner did not confirm, or as
 *   `generateOver` does
 */
async function generateAsAsked(line: CommandLine, terminal: Terminal, surroundings: Surroundings): Promise<Asked> {
  const asked = await generateOver(line, terminal, surroundings);
  // Another API in place of the project's goes to other hosts, which its owner asked for.
  if (asked.replacement === undefined) await requireConfirmedHosts(asked.generated.model, asked.request.options);
  return asked;
}

/**
 * Generates, over the project that is there.
 *
 * @throws {CompileError} `other-api` where that is another API's, and nobody wants it to be replaced
 */
async function generateOver(line: CommandLine, terminal: Terminal, surroundings: Surroundings): Promise<Asked> {
  const asked = await generateByLock(line, terminal, surroundings);
  const { generated, request, folder } = asked;
  const lock = await readLock(folder);
  const server = lock === undefined ? undefined : await (await differences()).projectServer(folder);
  if (lock === undefined || server === undefined) return asked;
  const other = otherApi(lock, server, generated, request, surroundings.cwd());
  if (other === undefined) return asked;
  if (!line.isSet("replace") && !(await mayReplace(other, line, terminal))) throw other;
  const untouched = await untouchedFiles(folder, lock);
  // A configuration that nobody changed says nothing but what the other API was made from.
  const isOwners = line.text("config") !== undefined || !untouched.includes(configurationName);
  const fresh = isOwners ? request : await readRequest(line, surroundings, line.operands, []);
  const made = await generateInto(fresh, folder, line, terminal, surroundings, undefined);
  const replacement = await replacementOf(server, lock, untouched, made, folder);
  return { generated: made, request: fresh, folder, replacement };
}

/** Asks, where a run would write and somebody is there to answer. */
async function mayReplace(other: CompileError, line: CommandLine, terminal: Terminal): Promise<boolean> {
  const isAsked =
    !(["check", "dry-run", "json"] as const).some((flag) => line.isSet(flag)) && !line.operands.includes("-");
  return isAsked && (await terminal.confirm(`${other.message}. Put it in the place of the project's API?`)) === true;
}

async function generateByLock(line: CommandLine, terminal: Terminal, surroundings: Surroundings): Promise<Asked> {
  const request = await withServerName(await requestOf(line, surroundings), surroundings);
  const lockOf = async (folder: string | undefined): Promise<Lock | undefined> =>
    folder === undefined ? undefined : readLock(folder);
  const first = await generateInto(request, request.output, line, terminal, surroundings, await lockOf(request.output));
  const folder = request.output ?? `./${first.model.packageName}`;
  if (request.output !== undefined || !(await isProject(folder))) return { generated: first, request, folder };
  // Only the document's name led to a project that exists: what its owner decided holds for it.
  const again = await readRequest(line, surroundings, line.operands, [folder]);
  const generated = await generateInto(again, folder, line, terminal, surroundings, await lockOf(folder));
  return { generated, request: again, folder };
}

/**
 * A server of several documents is called like its folder, unless it has a name: like one of them it is not.
 *
 * @throws {UsageError} where there is neither name nor folder
 */
async function withServerName(request: Request, surroundings: Surroundings): Promise<Request> {
  const { options, output } = request;
  if (options.inputs.length < 2 || options.name !== undefined) return request;
  if (output === undefined)
    throw new UsageError("Several documents make one server: give its folder with -o, or its name with --name.");
  const name =
    (await (await differences()).projectServer(output))?.name ?? basename(resolve(surroundings.cwd(), output));
  return { ...request, options: { ...options, name } };
}

function requestOf(line: CommandLine, surroundings: Surroundings): Promise<Request> {
  return readRequest(line, surroundings, line.operands, projectFolders(line));
}

/** Folders whose configuration holds, the first that has one. */
function projectFolders(line: CommandLine): readonly string[] {
  const output = line.text("output");
  return [...(output === undefined ? [] : [output]), ...(line.operands.length > 0 ? [] : ["."])];
}

/** Where a configuration would be read if it were there. */
function configurationPlaces(line: CommandLine): readonly string[] {
  return line.text("config") === undefined ? projectFolders(line).map((folder) => join(folder, configurationName)) : [];
}

async function isProject(folder: string): Promise<boolean> {
  return (await hasFile(folder, lockPath)) || (await hasFile(folder, configurationName));
}

async function generateInto(
  request: Request,
  folder: string | undefined,
  line: CommandLine,
  terminal: Terminal,
  surroundings: Surroundings,
  lock: Lock | undefined,
): Promise<Generated> {
  // Which hosts are confirmed is asked once it is known that this is the project's API.
  const { credentialHosts: _, ...given } = request.options;
  const options = {
    ...given,
    recorded: recordedSettings(line, request, folder ?? "project", surroundings),
    ...defined({ lock }),
    renameTools: line.isSet("rename-tools"),
    today: new Date().toISOString().slice(0, 10),
  };
  return generate(options, (stage) => terminal.progress(`${stages[stage]} …`));
}

async function plannedChanges(files: FileSet, folder: string, options: WriteOptions): Promise<readonly Change[]> {
  const { changes, diagnostics } = await planChanges(files, folder, options);
  if (diagnostics.length > 0) throw new CompileError(diagnostics);
  return changes;
}

/** With `--strict`, what would be told as a warning stops the run before anything is written. */
function refuseWarnings(diagnostics: readonly Diagnostic[]): void {
  const grave = diagnostics.filter(({ severity }) => severity !== "info");
  if (grave.length > 0) throw new CompileError(grave);
}

/** Standard input can be read once only; who asks again gets the same. */
function withOneInput(surroundings: Surroundings): Surroundings {
  let text: Promise<Uint8Array> | undefined;
  return {
    ...surroundings,
    cwd: () => surroundings.cwd(),
    stdin: {
      async *[Symbol.asyncIterator]() {
        text ??= readAll(surroundings.stdin);
        yield await text;
      },
    },
  };
}

/**
 * Ctrl-C ends what writes with a word on what becomes of it: what was begun is completed or undone by the next run. No
 * other stage has a handler: with one, Node.js would end a stage that is at work only after it.
 */
async function tellingInterrupts<T>(terminal: Terminal, write: () => Promise<T>): Promise<T> {
  const stop = (signal: NodeJS.Signals): void => {
    terminal.note("Interrupted: nothing of what was there is lost.");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await write();
  } finally {
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
  }
}
