/**
 * The page where a person approves a call whose client cannot ask: GET shows, POST decides. The link names one question,
 * once. Who decides has a signed link, or knows the key. A page of another origin has neither, and is refused besides;
 * and what fetches links before they are opened only sees the question.
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
import { isProven, type LinkProof, type Signing } from "./signing.js";

/** What lets people decide; one of both is there. */
export interface Deciding {
  readonly approvals: Approvals;
  readonly key: Secret | undefined;
  readonly signing: Signing | undefined;
  readonly log: Log;
}

/** By what whoever asks may decide: a link of theirs, the key, or nothing. */
type Right = "link" | "key" | "none";

export function approvalsPage(deciding: Deciding): OpenRoute {
  return {
    path: "/approvals",
    methods: ["GET", "POST"],
    access: "open",
    // A form of a page without referrer has the origin `null`; what it has to know, no page of another origin does.
    anyOrigin: true,
    async answer(request) {
      const query = targetOf(request).split("?")[1] ?? "";
      return request.method === "GET"
        ? show(deciding, new URLSearchParams(query))
        : decide(deciding, request);
    },
  };
}

async function show(
  deciding: Deciding,
  query: URLSearchParams,
): Promise<HttpAnswer> {
  const id = query.get("id") ?? "";
  const right = await rightOf(deciding, id, query);
  if (right === "none") return notOurs();
  const question = await deciding.approvals.find(id);
  if (question === undefined) return gone();
  const { until, signature } = proofOf(query);
  const proof =
    right === "link"
      ? hidden("until", until) + hidden("signature", signature)
      : `<label>Key <input type="password" name="key" autocomplete="off" required></label>`;
  return page(
    200,
    `<h1>Approve a call?</h1><pre>${escaped(question.message)}</pre>
<form method="post" action="approvals">${hidden("id", id)}
${proof}
<button name="decision" value="approve">Approve</button> <button name="decision" value="decline">Decline</button></form>`,
  );
}

async function decide(
  deciding: Deciding,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { approvals, log } = deciding;
  const site = request.headers.get("sec-fetch-site") ?? "same-origin";
  if (site !== "same-origin" && site !== "none")
    return page(403, "<p>This has to be decided on the page itself.</p>");
  const body = await readBody(request);
  const form = new URLSearchParams(body === undefined ? "" : utf8Text(body));
  const id = form.get("id") ?? "";
  const right = await rightOf(deciding, id, form);
  if (right === "none") return notOurs();
  const refusal =
    right === "key" ? await wrongKey(deciding, form.get("key")) : undefined;
  if (refusal !== undefined) return refusal;
  const question = await approvals.find(id);
  const decision = form.get("decision");
  if (
    question === undefined ||
    (decision !== "approve" && decision !== "decline") ||
    !(await approvals.settle(id, question.digest))
  )
    return gone();
  await approvals.say(question.digest, decision);
  log.info("approval", {
    outcome: decision === "approve" ? "approved" : "declined",
    by: right,
  });
  return page(
    200,
    decision === "approve"
      ? "<p>Approved. The same call passes now, once.</p>"
      : "<p>Declined.</p>",
  );
}

/** A link that says that it is signed is that or nothing: no key makes up for it. */
async function rightOf(
  { key, signing }: Deciding,
  id: string,
  given: URLSearchParams,
): Promise<Right> {
  if (!given.has("signature")) return key === undefined ? "none" : "key";
  return signing !== undefined && (await isProven(signing, id, proofOf(given)))
    ? "link"
    : "none";
}

function proofOf(given: URLSearchParams): LinkProof {
  return {
    until: given.get("until") ?? "",
    signature: given.get("signature") ?? "",
  };
}

async function wrongKey(
  { approvals, key, log }: Deciding,
  given: string | null,
): Promise<HttpAnswer | undefined> {
  if (await approvals.isBarred())
    return page(429, "<p>Too many wrong keys: wait a minute.</p>");
  if (key !== undefined && (await isSame(given ?? "", key.reveal())))
    return undefined;
  await approvals.mistaken();
  log.warn("approval", { outcome: "wrong key" });
  return page(403, "<p>This is not the key.</p>");
}

function notOurs(): HttpAnswer {
  return page(
    403,
    "<p>This link is none of this server's, or its time is over.</p>",
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
      "x-robots-tag": "noindex, nofollow",
    },
    body: `<!doctype html><meta charset="utf-8"><title>Approvals</title>${body}`,
  };
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escaped(value)}">`;
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}
