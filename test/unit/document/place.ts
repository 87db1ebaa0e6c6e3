import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CompileError, type Diagnostic } from "../../../src/base/diagnostics.ts";

/** A folder with these files, removed by `remove`. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly path: string;
  readonly at: (name: string) => string;
  readonly remove: () => void;
} {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "openapi-to-mcp-spec-")));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, at: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A real server on the loopback interface. */
export async function serverOf(listener: RequestListener): Promise<{
  readonly url: string;
  readonly host: string;
  readonly close: () => Promise<void>;
}> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** The diagnostics of a run that must fail. */
export async function faultsOf(run: () => unknown): Promise<readonly Diagnostic[]> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CompileError) return error.diagnostics;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** What of a diagnostic a test compares. */
export function shown(diagnostic: Diagnostic | undefined): string {
  if (diagnostic === undefined) return "nothing";
  return `${diagnostic.code} ${diagnostic.pointer || "/"} ${diagnostic.line ?? "-"}: ${diagnostic.message}`;
}
