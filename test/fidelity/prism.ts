/** Prism (`@stoplight/prism-cli`) as the judge that is not ours: what it says of a request. */
import { fork } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Json, type JsonObject, isArray, own, ownString } from "../../src/base/json.ts";
import { repository } from "../golden/sample.ts";
import { withoutAnswers } from "./prism-trim.ts";
import { installed } from "../conformance/packages.ts";

/** The newest version that runs on Node.js 20. */
export const prismVersion = "5.14.2";

export interface Prism {
  readonly url: string;
  stop(): void;
}

/**
 * Seconds of the processor's time that a document may take to load whole: those that can be loaded take up to 25. Where
 * that time cannot be told, seconds as they go by.
 */
const patience = 60;

export interface StartedPrism extends Prism {
  /** Why Prism has only the requests of the document, and answers with nothing. */
  readonly requestsOnly?: string;
}

/** Prism with a document, or where it cannot load that, with what of it describes requests. */
export async function startPrism(document: string, root: () => Promise<JsonObject>): Promise<StartedPrism> {
  try {
    return await start(document);
  } catch (fault) {
    const requestsOnly = fault instanceof Error ? fault.message : String(fault);
    const folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-prism-"));
    const file = join(folder, "requests.json");
    try {
      writeFileSync(file, JSON.stringify(withoutAnswers(await root())));
      return { ...(await start(file)), requestsOnly };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** @throws Error with Prism's words where it cannot load the document */
async function start(document: string): Promise<Prism> {
  const folder = installed("@stoplight/prism-cli", prismVersion);
  const child = fork(join(repository, "test/fidelity/prism-server.cjs"), [folder, document], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--max-old-space-size=3000"],
  });
  const started = performance.now();
  let watch: NodeJS.Timeout | undefined;
  // One that is busy with a document hears nothing of the end of its parent.
  process.once("exit", () => void child.kill("SIGKILL"));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.once("message", (message) => {
        const answer = message as { readonly url?: string; readonly fault?: string };
        if (answer.url === undefined) reject(new Error(answer.fault ?? "no address"));
        else resolve(answer.url);
      });
      child.once("exit", (code) => reject(new Error(`Prism ended with code ${code}`)));
      watch = setInterval(() => {
        if (secondsOf(child.pid, started) > patience) reject(new Error("Prism cannot load the document in time"));
      }, 2_000);
    });
    return { url, stop: () => void child.kill() };
  } catch (fault) {
    child.kill("SIGKILL");
    throw fault;
  } finally {
    clearInterval(watch);
  }
}

/** What a process has used of the processor, in seconds, else those since it was started. */
function secondsOf(pid: number | undefined, started: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return (performance.now() - started) / 1000;
  // After the program's name in parentheses, fields 14 and 15: ticks of a hundredth of a second.
  const fields = readFileSync(file, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** One thing that Prism says against a request. */
export interface PrismComplaint {
  /** `route`, `security`, or a place such as `query`, `limit` or `body`, `rules`, `0`. */
  readonly place: readonly string[];
  readonly keyword: string;
  readonly message: string;
}

/** What is wrong with a request: its route, or parameters, body and credentials. What went wrong in making up an answer says nothing of it. */
export function complaintsOf(
  status: number,
  headers: ReadonlyMap<string, string>,
  body: Buffer,
): readonly PrismComplaint[] {
  const violations = requestComplaints(parse(headers.get("sl-violations") ?? ""));
  if (!(headers.get("content-type") ?? "").includes("problem+json")) return violations;
  const problem = parse(body.toString());
  const type = (ownString(problem, "type") ?? "").split("#")[1] ?? "";
  const detail = ownString(problem, "detail") ?? ownString(problem, "title") ?? "";
  if (/^NO_(?:PATH|METHOD|RESOURCE|SERVER)/.test(type)) return [{ place: ["route"], keyword: type, message: detail }];
  if (type === "PRISM_FAULT") return [...violations, { place: ["prism"], keyword: type, message: detail }];
  if (type === "UNPROCESSABLE_ENTITY") return [...violations, ...requestComplaints(own(problem, "validation"))];
  if (type === "INVALID_CONTENT_TYPE" || status === 415)
    return [...violations, { place: ["body"], keyword: "mediaType", message: detail }];
  return type === "UNAUTHORIZED" || status === 401
    ? [...violations, { place: ["security"], keyword: type, message: detail }]
    : violations;
}

function requestComplaints(list: Json | undefined): readonly PrismComplaint[] {
  return (isArray(list) ? list : []).flatMap((entry): PrismComplaint[] => {
    const location = own(entry, "location");
    const [first, ...rest] = isArray(location) ? location.map(String) : [];
    if (own(entry, "severity") !== "Error" || first === "response") return [];
    const place = first === "request" ? rest : first === undefined ? [] : [first, ...rest];
    return [{ place, keyword: String(own(entry, "code") ?? ""), message: ownString(entry, "message") ?? "" }];
  });
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
