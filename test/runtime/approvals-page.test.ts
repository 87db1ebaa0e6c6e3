/** The page of approvals by itself: what it shows, who may decide there, and what it says to everybody else. */
import { describe, expect, it } from "vitest";
import type { HttpAnswer, HttpRequest } from "../../templates/always/src/runtime/http/message.ts";
import type { Log } from "../../templates/always/src/runtime/log.ts";
import { Approvals } from "../../templates/always/src/runtime/policy/approvals.ts";
import { approvalsPage } from "../../templates/always/src/runtime/policy/approvals-page.ts";
import { linkProof, signingWith } from "../../templates/always/src/runtime/policy/signing.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";

const key = "k3y-0f-those-who-approve";
const later = 4_102_444_800_000;
const question = { digest: "d1", message: `Delete "Rex" & <all> of Ada's?` };
const notOurs = "<p>This link is none of this server's, or its time is over.</p>";
const gone = "<p>There is no such question, or it was answered.</p>";
const wrongKey = "<p>This is not the key.</p>";

async function serve({ hasKey = true, isSigned = true } = {}) {
  const store = new MemoryStore();
  const approvals = new Approvals(() => store, 60_000);
  const signing = signingWith(new Uint8Array(32).fill(7));
  const lines: unknown[][] = [];
  const line =
    (level: string) =>
    (...told: unknown[]) =>
      void lines.push([level, ...told]);
  const log: Log = { error: line("error"), warn: line("warn"), info: line("info"), debug: line("debug") };
  const route = approvalsPage({
    approvals,
    key: hasKey ? new Secret(key) : undefined,
    signing: isSigned ? signing : undefined,
    log,
  });
  const ask = (method: string, query: string, form = "", headers: Record<string, string> = {}) =>
    route.answer({
      method,
      url: `http://localhost/approvals${query}`,
      headers: new Headers(headers),
      body: bytesOf(form),
      signal: new AbortController().signal,
    } satisfies HttpRequest);
  const id = await approvals.open(question);
  return {
    approvals,
    id,
    lines,
    route,
    link: async (name = id, until = later) =>
      new URLSearchParams({ id: name, ...(await linkProof(signing, name, until)) }).toString(),
    get: async (query: string) => ask("GET", `?${query}`),
    post: async (form: Record<string, string> | string, headers = {}) =>
      ask("POST", "", new URLSearchParams(form).toString(), headers),
  };
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const said = ({ status, body }: HttpAnswer): readonly unknown[] => [
  status,
  String(body).replace('<!doctype html><meta charset="utf-8"><title>Approvals</title>', ""),
];

describe("the page of a question", () => {
  it("is one place, for whoever knows what it takes", async () => {
    const { route } = await serve();
    expect(route).toEqual({
      path: "/approvals",
      methods: ["GET", "POST"],
      access: "open",
      anyOrigin: true,
      answer: expect.any(Function) as unknown,
    });
  });

  it("shows it as text, and asks for the key where the link has no signature", async () => {
    const { id, get } = await serve();
    const answer = await get(`id=${id}`);
    expect(said(answer)).toEqual([
      200,
      `<h1>Approve a call?</h1><pre>Delete &#34;Rex&#34; &#38; &#60;all&#62; of Ada&#39;s?</pre>
<form method="post" action="approvals"><input type="hidden" name="id" value="${id}">
<label>Key <input type="password" name="key" autocomplete="off" required></label>
<button name="decision" value="approve">Approve</button> <button name="decision" value="decline">Decline</button></form>`,
    ]);
    expect(answer.body).toMatch(/^<!doctype html><meta charset="utf-8"><title>Approvals<\/title><h1>/);
  });

  it("is neither kept, framed, indexed nor told of by a browser, and loads nothing", async () => {
    const { id, get, post } = await serve();
    for (const { headers } of [await get(`id=${id}`), await post({})])
      expect(headers).toEqual({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
      });
  });

  it("hands what a signed link says on, in place of a key", async () => {
    const { id, get, link } = await serve({ hasKey: false });
    const signature = new URLSearchParams(await link()).get("signature");
    expect(said(await get(await link()))[1]).toContain(
      `<input type="hidden" name="id" value="${id}">
<input type="hidden" name="until" value="4102444800000"><input type="hidden" name="signature" value="${signature}">
<button`,
    );
  });

  it.each<[string, string, object, number, string]>([
    ["without a name, by key", "", {}, 404, gone],
    ["with another name, by key", `id=${"0".repeat(48)}`, {}, 404, gone],
    ["without a signature, where there is no key", "id=ID", { hasKey: false }, 403, notOurs],
    ["with a wrong signature, although there is a key", `id=ID&until=1&signature=${"A".repeat(43)}`, {}, 403, notOurs],
    ["with an empty signature", "id=ID&signature=", {}, 403, notOurs],
    ["with a signature, where nothing is signed", "LINK", { isSigned: false }, 403, notOurs],
    [
      "with a signature, where nothing is signed and no key is there",
      "LINK",
      { isSigned: false, hasKey: false },
      403,
      notOurs,
    ],
    ["of which the time is over", "OLD", {}, 403, notOurs],
    ["signed for another question", "OTHER", {}, 403, notOurs],
    ["signed for a question that is not there", "NOWHERE", {}, 404, gone],
  ])("is none %s", async (_what, query, options, status, text) => {
    const { id, get, link } = await serve(options);
    const other = `${id.startsWith("0") ? "1" : "0"}${id.slice(1)}`;
    const given = {
      LINK: await link(),
      OLD: await link(id, 1_000),
      OTHER: (await link(other)).replace(other, id),
      NOWHERE: await link(other),
    };
    const found = Object.entries(given).find(([name]) => name === query)?.[1] ?? query.replace("ID", id);
    expect(said(await get(found))).toEqual([status, text]);
  });

  it("decides nothing where it is only looked at", async () => {
    const { approvals, id, get, link } = await serve();
    await get(`${await link()}&decision=approve`);
    await get(`id=${id}&key=${key}&decision=approve`);
    expect(await approvals.take("d1")).toBeUndefined();
    expect(await approvals.find(id)).toEqual(question);
  });
});

describe("who decides", () => {
  it.each<[string, string, string, string]>([
    ["approve", "<p>Approved. The same call passes now, once.</p>", "approved", "key"],
    ["decline", "<p>Declined.</p>", "declined", "key"],
    ["approve", "<p>Approved. The same call passes now, once.</p>", "approved", "link"],
    ["decline", "<p>Declined.</p>", "declined", "link"],
  ])("has it said once: %s, %s", async (decision, text, outcome, by) => {
    const { approvals, id, lines, link, post } = await serve();
    const right = by === "key" ? { id, key } : Object.fromEntries(new URLSearchParams(await link()));
    expect(said(await post({ ...right, decision }))).toEqual([200, text]);
    expect(lines).toEqual([["info", "approval", { outcome, by }]]);
    expect(said(await post({ ...right, decision }))).toEqual([404, gone]);
    expect(lines).toHaveLength(1);
    expect([await approvals.take("d1"), await approvals.take("d1")]).toEqual([decision, undefined]);
  });

  it.each<[string, object]>([
    ["nothing", {}],
    ["another word", { decision: "yes" }],
    ["capitals", { decision: "Approve" }],
  ])("by %s decides nothing, and may do it again", async (_what, more) => {
    const { approvals, id, post } = await serve();
    expect(said(await post({ id, key, ...more }))).toEqual([404, gone]);
    expect(await approvals.find(id)).toEqual(question);
    expect(await approvals.take("d1")).toBeUndefined();
  });

  it("about no question that is there is told so", async () => {
    const { lines, post } = await serve();
    expect(said(await post({ id: "0".repeat(48), key, decision: "approve" }))).toEqual([404, gone]);
    expect(lines).toEqual([]);
  });

  it.each<[string, string | undefined, boolean]>([
    ["says nothing of where it comes from", undefined, true],
    ["comes from the page itself", "same-origin", true],
    ["typed it", "none", true],
    ["comes from a page of the same site", "same-site", false],
    ["comes from a page of another site", "cross-site", false],
    ["says that it comes from nowhere", "", false],
  ])("passes or not where the browser %s: %s", async (_what, site, passes) => {
    const { id, post } = await serve();
    const headers = site === undefined ? {} : { "sec-fetch-site": site };
    expect(said(await post({ id, key, decision: "decline" }, headers))).toEqual(
      passes ? [200, "<p>Declined.</p>"] : [403, "<p>This has to be decided on the page itself.</p>"],
    );
  });
});

describe("whoever may not decide", () => {
  it.each<[string, object, object, string]>([
    ["with another key", {}, { key: `${key}x` }, wrongKey],
    ["with a key that only begins so", {}, { key: key.slice(0, -1) }, wrongKey],
    ["with no key", {}, {}, wrongKey],
    ["with an empty key, where there is none", { hasKey: false }, { key: "" }, notOurs],
    ["with a wrong signature and the right key", {}, { key, until: "1", signature: "A".repeat(43) }, notOurs],
  ])("is told so: %s", async (_what, options, more, text) => {
    const { approvals, id, post } = await serve(options);
    expect(said(await post({ id, decision: "approve", ...more }))).toEqual([403, text]);
    expect(await approvals.find(id)).toEqual(question);
    expect(await approvals.take("d1")).toBeUndefined();
  });

  it("is noted where the key is wrong, and turned away after ten of them, with the right one as well", async () => {
    const { id, lines, link, post } = await serve();
    for (let times = 0; times < 10; times += 1)
      expect(said(await post({ id, key: "wr0ng-k3y", decision: "approve" }))).toEqual([403, wrongKey]);
    expect(lines).toEqual(Array.from({ length: 10 }, () => ["warn", "approval", { outcome: "wrong key" }]));
    for (const given of ["wr0ng-k3y", key])
      expect(said(await post({ id, key: given, decision: "approve" }))).toEqual([
        429,
        "<p>Too many wrong keys: wait a minute.</p>",
      ]);
    expect(lines).toHaveLength(10);
    // Whoever has a link guesses nothing.
    expect(said(await post(`${await link()}&decision=decline`))).toEqual([200, "<p>Declined.</p>"]);
  });

  it("sends no more than a form takes", async () => {
    const { id, post } = await serve();
    const long = { "content-length": String(4 * 1024 * 1024 + 1) };
    expect(said(await post({ id, key, decision: "approve" }, long))).toEqual([403, wrongKey]);
  });
});
