/** A package registry on loopback that has what is published to it, as far as `npm publish` and `npm install` ask. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackRegistry {
  /** With `/` at its end. */
  readonly url: string;
  close(): Promise<void>;
}

interface Published {
  readonly name: string;
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, object>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

export async function startRegistry(): Promise<LoopbackRegistry> {
  const packages = new Map<string, Omit<Published, "_attachments">>();
  const tarballs = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).slice(1);
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (request.method === "PUT") {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { _attachments, ...given } = JSON.parse(Buffer.concat(chunks).toString()) as Published;
        const known = packages.get(path);
        packages.set(path, { ...given, versions: { ...known?.versions, ...given.versions } });
        for (const [file, { data }] of Object.entries(_attachments))
          tarballs.set(`${path}/-/${file}`, Buffer.from(data, "base64"));
        answer(201, { ok: true });
      });
      return;
    }
    const tarball = tarballs.get(path);
    if (tarball !== undefined) response.end(tarball);
    else answer(packages.has(path) ? 200 : 404, packages.get(path) ?? {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
