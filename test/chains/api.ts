/** An API on loopback that keeps state: collections below collections, whose items are made, changed and taken away. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Item = Record<string, unknown>;

export interface StatefulApi {
  readonly url: string;
  /** By the path of a collection, its items. */
  readonly collections: ReadonlyMap<string, readonly Item[]>;
  /** Method and path of each request, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const states: Readonly<Record<string, Item>> = {
  close: { state: "closed" },
  reopen: { state: "open" },
  cancel: { status: "cancelled" },
  ship: { status: "shipped" },
  publish: { draft: false },
};

/**
 * @param keyOf what items of a collection are known by, by its last word
 * @param seed items that are there at the start, by the path of their collection
 */
export async function startApi(
  keyOf: (collection: string) => string,
  seed: Readonly<Record<string, readonly Item[]>>,
): Promise<StatefulApi> {
  const collections = new Map<string, Item[]>(
    Object.entries(seed).map(([path, items]) => [path, items.map((item) => ({ ...item }))]),
  );
  const requests: string[] = [];
  let number = 1000;
  const answerTo = (method: string, path: string, body: Item): readonly [status: number, value?: unknown] => {
    const parts = path.split("/").slice(1);
    const last = parts.at(-1) ?? "";
    if (parts.length % 2 === 1 && !Object.hasOwn(states, last)) {
      const items = collections.get(path) ?? [];
      if (method === "GET") return [200, items];
      const made = { [keyOf(last)]: (number += 1), ...body };
      collections.set(path, [...items, made]);
      return [200, made];
    }
    if (method === "POST") return changed(parts.slice(0, -1).join("/"), states[last] ?? {});
    return method === "GET"
      ? found(path.slice(1))
      : method === "DELETE"
        ? removed(path.slice(1))
        : changed(path.slice(1), body);
  };
  const placeOf = (path: string): { readonly items: Item[]; readonly index: number; readonly collection: string } => {
    const parts = path.split("/");
    const collection = `/${parts.slice(0, -1).join("/")}`;
    const key = keyOf(parts.at(-2) ?? "");
    const items = collections.get(collection) ?? [];
    return { items, collection, index: items.findIndex((item) => String(item[key]) === parts.at(-1)) };
  };
  const missing = [404, { message: "Not found" }] as const;
  const found = (path: string): readonly [number, unknown] => {
    const { items, index } = placeOf(path);
    return index < 0 ? missing : [200, items[index]];
  };
  const changed = (path: string, change: Item): readonly [number, unknown] => {
    const { items, index } = placeOf(path);
    const item = items[index];
    if (item === undefined) return missing;
    items[index] = { ...item, ...change };
    return [200, items[index]];
  };
  const removed = (path: string): readonly [number, unknown?] => {
    const { items, index, collection } = placeOf(path);
    if (index < 0) return missing;
    collections.set(
      collection,
      items.filter((_, place) => place !== index),
    );
    return [204];
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = (request.url ?? "").replace(/\?.*$/, "");
      requests.push(`${request.method} ${path}`);
      const text = Buffer.concat(chunks).toString();
      const [status, value] = answerTo(request.method ?? "", path, text === "" ? {} : (JSON.parse(text) as Item));
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    collections,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
