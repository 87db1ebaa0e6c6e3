/** Prism (`@stoplight/prism-cli`) as the judge that is not ours: what it says of a request. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { type Json, isArray, own, ownString } from "../../src/json.ts";
import { repository } from "../golden/sample.ts";
import { installed } from "../conformance/packages.ts";

/** The newest version that runs on Node.js 20. */
export const prismVersion = "5.14.2";

export interface Prism {
  readonly url: string;
  stop(): void;
}

/** @throws Error with Prism's words where it cannot load the document */
export async function startPrism(document: string): Promise<Prism> {
  const folder = installed("@stoplight/prism-cli", prismVersion);
  const child = fork(join(repository, "test/fidelity/prism-server.cjs"), [folder, document], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--max-old-space-size=3000"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("message", (message) => {
      const answer = message as { readonly url?: string; readonly fault?: string };
      if (answer.url === undefined) reject(new Error(answer.fault ?? "no address"));
      else resolve(answer.url);
    });
    child.once("exit", (code) => reject(new Error(`Prism ended with code ${code}`)));
    setTimeout(() => reject(new Error("Prism did not load the document in five minutes")), 300_000).unref();
  });
  return { url, stop: () => void child.kill() };
}

export interface Verdict {
  /** Why the request leads to no operation. */
  readonly route: string | undefined;
  /** What is wrong with parameters, body or credentials, one sentence each. */
  readonly violations: readonly string[];
}

/** Reads an answer of Prism. What went wrong in making up an answer says nothing of the request. */
export function verdictOf(status: number, headers: ReadonlyMap<string, string>, body: Buffer): Verdict {
  const violations = readViolations(headers.get("sl-violations"));
  if (!(headers.get("content-type") ?? "").includes("problem+json")) return { route: undefined, violations };
  const problem = parse(body.toString());
  const type = (ownString(problem, "type") ?? "").split("#")[1] ?? "";
  const detail = ownString(problem, "detail") ?? ownString(problem, "title") ?? "";
  if (/^NO_(?:PATH|METHOD|RESOURCE|SERVER)/.test(type)) return { route: detail, violations };
  if (type === "UNPROCESSABLE_ENTITY")
    return { route: undefined, violations: [...violations, ...requestErrors(own(problem, "validation"))] };
  if (type === "UNAUTHORIZED" || status === 401 || type === "INVALID_CONTENT_TYPE" || status === 415)
    return { route: undefined, violations: [...violations, `${type} ${detail}`] };
  return { route: undefined, violations };
}

function readViolations(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const list = parse(text);
  if (list !== undefined) return requestErrors(list);
  return text.includes('"request"') ? [text.slice(0, 400)] : [];
}

function requestErrors(list: Json | undefined): readonly string[] {
  return (isArray(list) ? list : []).flatMap((entry): string[] => {
    const location = own(entry, "location");
    const place = isArray(location) ? location.join(".") : "";
    if (own(entry, "severity") !== "Error" || place.startsWith("response")) return [];
    return [`${place}: ${ownString(entry, "message") ?? ""}`];
  });
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
