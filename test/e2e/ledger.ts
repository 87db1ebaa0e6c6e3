/** An API with long answers: lists that come page by page in each of the ways that APIs have, and some at once. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Things of many fields. */
export const wide = [1, 2].map((id) => ({
  id,
  owner: { login: `user${id}`, mail: `secret${id}@example.com` },
  ...Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`field${index + 1}`, `value ${index + 1}`])),
}));

export interface Ledger {
  readonly url: string;
  /** Path and query of each request. */
  readonly requests: string[];
  close(): Promise<void>;
}

export const entries = Array.from({ length: 10_000 }, (_, index) => ({
  id: index + 1,
  name: `entry ${index + 1}`,
  note: "a few words",
}));
/** 5 MB of JSON. */
export const large = Array.from({ length: 40_000 }, (_, index) => ({
  id: index + 1,
  name: `entry ${index + 1}`,
  note: "words that fill the answer until there are five million bytes of them, or a few more than that",
}));
export const report = "Ünïcödé lines of a report that nobody can cut between items, since it has none.\n".repeat(5_000);
export const picture = Buffer.alloc(1_000_000, 7);

export async function startLedger(): Promise<Ledger> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const url = new URL(request.url ?? "/", "http://localhost");
    const asked = url.searchParams;
    const number = (name: string, preset: number): number => Number(asked.get(name) ?? preset);
    const json = (value: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    };
    const own = `http://${request.headers.host}${url.pathname}`;
    const pageFrom = (start: number, size: number) => entries.slice(start, start + size);
    switch (url.pathname.split("/")[2]) {
      case "by-cursor": {
        const start = Number(Buffer.from(asked.get("cursor") ?? "", "base64").toString() || 0);
        const size = number("limit", 100);
        const next = start + size < entries.length ? Buffer.from(String(start + size)).toString("base64") : null;
        json({ data: pageFrom(start, size), meta: { next_cursor: next } });
        return;
      }
      case "by-page":
        json(pageFrom((number("page", 1) - 1) * number("per_page", 100), number("per_page", 100)));
        return;
      case "by-offset":
        json({ items: pageFrom(number("offset", 0), number("limit", 100)), total: entries.length });
        return;
      case "by-link": {
        const start = number("marker", 0);
        const size = number("limit", 100);
        const next = `<${own}?limit=${size}&marker=${start + size}>; rel="next"`;
        json(pageFrom(start, size), start + size < entries.length ? { link: `<${own}>; rel="first", ${next}` } : {});
        return;
      }
      case "by-odata": {
        const start = number("$skiptoken", 0);
        const size = number("$top", 100);
        const next = `${own}?$top=${size}&$skiptoken=${start + size}`;
        json({ value: pageFrom(start, size), ...(start + size < entries.length ? { "@odata.nextLink": next } : {}) });
        return;
      }
      case "wide":
      case "wide-kept":
      case "wide-expression":
        json({ things: wide, total: 2 });
        return;
      case "large":
        json(large);
        return;
      case "text":
        response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(report);
        return;
      default:
        response.writeHead(200, { "content-type": "image/png" }).end(picture.subarray(0, number("bytes", 10)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
