/**
 * The page where a person approves a call whose client cannot ask: GET shows, POST decides. The link names one question,
 * once; who decides knows the key. A page of another origin knows neither, and is refused besides.
 */
import { readBody } from "../http/mcp-route.js";
import {
  type HttpAnswer,
  type HttpRequest,
  targetOf,
} from "../http/message.js";
import type { OpenRoute } from "../http/message.js";
import { utf8, utf8Text } from "../data/bytes.js";
import type { Log } from "../log.js";
import type { Secret } from "../secret.js";
import type { Approvals } from "./approvals.js";

export function approvalsPage(
  approvals: Approvals,
  key: Secret,
  log: Log,
): OpenRoute {
  return {
    path: "/approvals",
    methods: ["GET", "POST"],
    access: "open",
    // A form of a page without referrer has the origin `null`; what it has to know, no page of another origin does.
    anyOrigin: true,
    async answer(request) {
      const query = targetOf(request).split("?")[1] ?? "";
      return request.method === "GET"
        ? show(approvals, new URLSearchParams(query).get("id") ?? "")
        : decide(approvals, key, log, request);
    },
  };
}

async function show(approvals: Approvals, id: string): Promise<HttpAnswer> {
  const question = await approvals.find(id);
  if (question === undefined) return gone();
  return page(
    200,
    `<h1>Approve a call?</h1><pre>${escaped(question.message)}</pre>
<form method="post" action="approvals"><input type="hidden" name="id" value="${escaped(id)}">
<label>Key <input type="password" name="key" autocomplete="off" required></label>
<button name="decision" value="approve">Approve</button> <button name="decision" value="decline">Decline</button></form>`,
  );
}

async function decide(
  approvals: Approvals,
  key: Secret,
  log: Log,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const site = request.headers.get("sec-fetch-site") ?? "same-origin";
  if (site !== "same-origin" && site !== "none")
    return page(403, "<p>This has to be decided on the page itself.</p>");
  const body = await readBody(request);
  const form = new URLSearchParams(body === undefined ? "" : utf8Text(body));
  if (await approvals.isBarred())
    return page(429, "<p>Too many wrong keys: wait a minute.</p>");
  if (!(await isSame(form.get("key") ?? "", key.reveal()))) {
    await approvals.mistaken();
    log.warn("approval", { outcome: "wrong key" });
    return page(403, "<p>This is not the key.</p>");
  }
  const id = form.get("id") ?? "";
  const question = await approvals.find(id);
  const decision = form.get("decision");
  if (
    question === undefined ||
    (decision !== "approve" && decision !== "decline") ||
    !(await approvals.settle(id, question.digest))
  )
    return gone();
  if (decision === "approve") await approvals.allow(question.digest);
  log.info("approval", {
    outcome: decision === "approve" ? "approved" : "declined",
  });
  return page(
    200,
    decision === "approve"
      ? "<p>Approved. The same call passes now, once.</p>"
      : "<p>Declined.</p>",
  );
}

function gone(): HttpAnswer {
  return page(404, "<p>There is no such question, or it was answered.</p>");
}

/** Compares digests, which have one length, byte by byte to the end. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map(async (text) => {
      const digest = await crypto.subtle.digest("SHA-256", utf8(text));
      return new Uint8Array(digest);
    }),
  );
  return (
    first?.reduce((all, byte, at) => all | (byte ^ (second?.[at] ?? 0)), 0) ===
    0
  );
}

function page(status: number, body: string): HttpAnswer {
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
    body: `<!doctype html><meta charset="utf-8"><title>Approvals</title>${body}`,
  };
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}
