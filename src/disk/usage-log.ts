/** The log of a running server, read for what was called. */
import { open } from "node:fs/promises";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { isObject, ownString, type Json } from "../base/json.ts";
import { visible } from "../base/visible.ts";

/** Levels at which programs that gather logs wrap a line in one of their own. */
const mostWraps = 3;

/**
 * The tool that a line of the log says was called; `undefined` for every other line. What programs that gather logs put
 * before a line, or around it, is passed over.
 */
export function calledTool(line: string): string | undefined {
  let text = line;
  for (let wraps = 0; wraps < mostWraps; wraps += 1) {
    const value = jsonIn(text);
    if (value === undefined) return undefined;
    if (ownString(value, "event") === "call") return ownString(value, "tool");
    const inner = ownString(value, "log") ?? ownString(value, "message") ?? ownString(value, "MESSAGE");
    if (inner === undefined) return undefined;
    text = inner;
  }
  return undefined;
}

/** The object that a text ends with. */
function jsonIn(text: string): Json | undefined {
  const start = text.indexOf("{");
  if (start < 0) return undefined;
  try {
    const value = JSON.parse(text.slice(start)) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How often each tool was called, by its name, in the order of the first calls.
 *
 * @param path of a file of lines, as the server writes them to its standard error
 * @throws {CompileError} `missing-input` or `unreadable-input` where it cannot be read
 */
export async function readUsage(path: string): Promise<ReadonlyMap<string, number>> {
  const calls = new Map<string, number>();
  try {
    const file = await open(path);
    try {
      for await (const line of file.readLines()) {
        const tool = calledTool(line);
        if (tool !== undefined) calls.set(tool, (calls.get(tool) ?? 0) + 1);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const message = isMissing ? "There is no such log" : "The log cannot be read";
    throw new CompileError([
      diagnosticAt(isMissing ? "missing-input" : "unreadable-input", visible(path), `${message}: --usage takes a file`),
    ]);
  }
  return calls;
}
