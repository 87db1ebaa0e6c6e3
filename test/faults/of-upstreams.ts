/** F1 to F18: what an API can do to a server. */
import { check, forgetPeak, peakMegabytes, post, callMessage, type Saw, until } from "./stand.js";
import { type Fault, own } from "./table.js";
import { get, secret, sent, state } from "./upstreams.js";

const first = ({ text, ms }: Saw): string => `${JSON.stringify(text.slice(0, 90))} after ${ms} ms`;

/** Tries to call a tool, which has to fail with words that fit. */
function failed(saw: Saw, words: RegExp): string {
  check(saw.isError, "it should be an error", saw);
  check(words.test(saw.text), `it should say ${words}`, saw);
  return first(saw);
}

export const faultsOfUpstreams: readonly Fault[] = [
  {
    id: "F1",
    done: "the API never answers (limit 1.5 s)",
    run: async ({ server, upstreams }) => {
      const saw = failed(await server.tried(get("/hang")), /in time|timed out|within|answer/i);
      await upstreams.api.closed;
      return `${saw}; socket closed`;
    },
  },
  {
    id: "F2",
    done: "an answer comes drop by drop",
    run: async ({ server }) => failed(await server.tried(get("/drip")), /in time|timed out|within|whole|answer/i),
  },
  {
    id: "F3",
    done: "a head that never ends",
    run: async ({ server }) => failed(await server.tried(get("/never-headers")), /in time|timed out|within|answer/i),
  },
  {
    id: "F4",
    done: "reset before the head, GET and POST",
    run: async ({ server, upstreams: { api } }) => {
      const read = failed(await server.tried(get("/reset")), /reset|closed|connection/i);
      const reads = api.hits("/reset");
      // On a connection that was kept, one more: it may have been closed before the request came.
      check(reads >= 2 && reads <= 4, "GET is repeated at most twice", reads);
      failed(await server.tried(sent("/reset")), /reset|closed|connection/i);
      check(api.hits("/reset") === reads + 1, "POST is not repeated", api.hits("/reset"));
      return `${read}; GET sent ${reads} times, POST once`;
    },
  },
  {
    id: "F5",
    done: "reset in the body, short Content-Length, cut chunks",
    run: async ({ server, upstreams: { api } }) => {
      const once = await server.tried(get("/half-once"));
      check(!once.isError && once.text.includes("recovered"), "GET is repeated", once);
      for (const path of ["/half", "/chunks-cut"]) failed(await server.tried(get(path)), /./);
      const before = api.hits("/half");
      const saw = failed(await server.tried(sent("/half")), /./);
      check(api.hits("/half") === before + 1, "POST is not repeated");
      return `${saw}; no part shown as whole`;
    },
  },
  {
    id: "F6",
    done: "connection refused; a name that does not resolve",
    run: async ({ server }) => {
      const refused = failed(await server.tried(get("/at-refused")), /refuse|reach|connect/i);
      failed(await server.tried(get("/at-lost")), /no-such-host\.invalid/);
      return refused;
    },
  },
  {
    id: "F7",
    done: "certificate self-signed, of another host, expired; plain HTTP on a TLS port",
    run: async ({ server, upstreams }) => {
      const saw = failed(await server.tried(get("/at-self")), /NODE_EXTRA_CA_CERTS/);
      for (const at of ["wrong", "expired", "plain"])
        failed(await server.tried(get(`/at-${at}`)), /certificate|secure/i);
      check(upstreams.trusted.length === 0, "no request passes", upstreams.trusted);
      return saw;
    },
  },
  {
    id: "F8",
    done: "429 with seconds, a date, none, 0, -1, 30, 86400, junk",
    run: async ({ server }) => {
      for (const path of ["/429-zero-once", "/429-negative", "/429-junk", "/429", "/429-half-minute"]) {
        const saw = await server.tried(get(path));
        check(saw.isError || path.endsWith("once"), path, saw);
      }
      const seconds = await server.tried(get("/429-second-once"));
      check(!seconds.isError || /again/.test(seconds.text), "seconds are waited for, or told", seconds);
      const date = await server.tried(get("/429-date-once"));
      check(!date.isError || /again/.test(date.text), "a date is waited for, or told", date);
      return failed(await server.tried(get("/429-day")), /429|limit|again/i);
    },
  },
  {
    id: "F9",
    done: "RateLimit headers say that nothing is left",
    run: async ({ server }) => {
      const saws = [await server.tried(get("/exhausted")), await server.tried(get("/exhausted"))];
      for (const saw of saws)
        check(
          !saw.isError && saw.text.endsWith("its quota is used up: it may refuse further calls for the next 60 s."),
          "what is answered is given, and the model told",
          saw,
        );
      return saws.map(first).join(", then ");
    },
  },
  {
    id: "F10",
    done: "60 calls while the API answers 503, then it recovers",
    run: (stand) =>
      own(stand, {}, async (server) => {
        const { api } = stand.upstreams;
        state.broken = true;
        for (let sentCalls = 0; sentCalls < 60; sentCalls += 1) await server.call(get("/switch"));
        const hits = api.hits("/switch");
        check(hits <= 72, "at most 1.2 times as many requests as calls", hits);
        state.broken = false;
        const began = performance.now();
        for (;;) {
          const saw = await server.call(get("/switch"));
          if (!saw.isError) break;
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
        return `${hits} requests for 60 calls; served again ${((performance.now() - began) / 1000).toFixed(0)} s after it recovered`;
      }),
  },
  {
    id: "F11",
    done: "one of two origins refuses 12 calls",
    run: async ({ server }) => {
      for (let count = 0; count < 12; count += 1) check((await server.tried(get("/at-refused"))).isError, "refused");
      return first(await server.call(get("/fine")));
    },
  },
  {
    id: "F12",
    done: "JSON bad, cut, empty, with BOM, NaN; HTML as JSON and JSON as HTML; 204",
    run: async ({ server }) => {
      for (const path of ["/json-bad", "/json-cut", "/json-nan", "/json-html"]) {
        const saw = await server.tried(get(path));
        check(saw.text.length > 0 && !/^-32|^HTTP/.test(saw.text), "it is shown", { path, ...saw });
      }
      for (const path of ["/json-empty", "/html-json", "/204", "/empty"]) {
        const saw = await server.tried(get(path));
        check(!/^-32|^HTTP/.test(saw.text), "it is a result", { path, ...saw });
      }
      const bom = await server.tried(get("/json-bom"));
      check(!bom.isError && bom.text.includes('"a"'), "a BOM is passed over", bom);
      return first(await server.tried(get("/json-cut")));
    },
  },
  {
    id: "F13",
    done: "a body unlike its schema",
    run: async ({ server }) => {
      const saw = await server.tried(get("/unlike"));
      check(saw.text.includes("not a number"), "the data is returned", saw);
      return first(saw);
    },
  },
  {
    id: "F14",
    done: "a body without end, as bytes and as JSON",
    run: async ({ server }) => {
      await server.call(get("/fine"));
      forgetPeak(server.process.pid);
      const before = peakMegabytes(server.process.pid);
      const saw = await server.tried(get("/endless"));
      check(saw.text !== "" && !/^HTTP 0/.test(saw.text), "it ends", saw);
      await server.tried(get("/endless-json"));
      return `${first(saw)}; resident +${peakMegabytes(server.process.pid) - before} MB`;
    },
  },
  {
    id: "F15",
    done: "100 MB behind gzip, br, deflate, gzip twice; bodies that lie about their coding",
    run: async ({ server }) => {
      forgetPeak(server.process.pid);
      const before = peakMegabytes(server.process.pid);
      const saws: Saw[] = [];
      for (const path of ["/bomb", "/bomb-br", "/bomb-deflate", "/bomb-twice"])
        saws.push(await server.tried(get(path)));
      for (const path of ["/gzip-gzip", "/gzip-lie", "/gzip-cut"]) await server.tried(get(path));
      for (const saw of saws) check(saw.text.length < 1_000_000 && saw.text !== "", "it is bounded", saw.text.length);
      const grown = peakMegabytes(server.process.pid) - before;
      // One bomb is 100 MB.
      check(grown < 100, "not as much as the bomb", grown);
      return `${first(saws[0] as Saw)}; resident +${grown} MB`;
    },
  },
  {
    id: "F16",
    done: "a header of 20 kB; 3,000 headers",
    run: async ({ server }) => {
      failed(await server.tried(get("/many-headers")), /header/i);
      return failed(await server.tried(get("/large-header")), /header/i);
    },
  },
  {
    id: "F17",
    done: "Content-Length with chunks; a garbled status line",
    run: async ({ server }) => {
      failed(await server.tried(get("/both-lengths")), /HTTP|answer/i);
      return failed(await server.tried(get("/garbage")), /HTTP|answer/i);
    },
  },
  {
    id: "F18",
    done: "redirects: same origin, elsewhere, metadata, file:, data:, user:pw@, loop, 307 of POST",
    run: async ({ server, upstreams: { elsewhere, api } }) => {
      const same = await server.tried(get("/to-ok"));
      check(!same.isError && same.text.includes("ok"), "same origin is followed", same);
      for (const path of ["/to-metadata", "/to-file", "/to-data", "/to-userinfo", "/loop"])
        failed(await server.tried(get(path)), /redirect/i);
      const saw = failed(await server.tried(get("/to-elsewhere")), /redirect/i);
      for (const path of ["/to-elsewhere-307", "/to-ok-307"]) failed(await server.tried(sent(path)), /redirect/i);
      check(elsewhere.seen.length === 0, "nothing reaches the other origin", elsewhere.seen);
      check(
        api.seen.some(({ headers }) => headers["x-key"] === secret),
        "the credential was sent to its own origin",
      );
      return `${saw}; 0 requests elsewhere`;
    },
  },
  {
    id: "F31",
    done: "1,000 calls at once",
    // How fast a machine answers a thousand is no fault: the limit of the others would be one.
    run: (stand) =>
      own(stand, { MCP_TIMEOUT_MS: "60000" }, async (server) => {
        const began = performance.now();
        const answers = await Promise.all(
          Array.from({ length: 1_000 }, () => post(server.port, JSON.stringify(callMessage(get("/fine"))))),
        );
        const served = answers.filter(({ status, body }) => status === 200 && !body.includes('"isError":true')).length;
        const told = answers.filter(({ body }) => /again|busy|full/i.test(body)).length;
        check(
          answers.every(({ status }) => status !== 0),
          "each is answered",
        );
        check(served + told >= 1_000, "each is served, or told when to come again", { served, told });
        return `${served} served, ${1_000 - served} told to come again, in ${Math.round(performance.now() - began)} ms`;
      }),
  },
  {
    id: "F40",
    done: "a tool of the owner's blocks the event loop for 1.5 s",
    run: async ({ server }) => {
      const blocked = server.call("block_loop");
      await until(() => true);
      const [health, fine] = await Promise.all([server.health(), server.call(get("/fine"))]);
      check(!(await blocked).isError && !fine.isError, "both are answered", fine);
      const readiness = await fetch(`http://127.0.0.1:${server.port}/readyz`);
      const text = await readiness.text();
      check(readiness.status === 503 && text.includes('"blocked"'), "/readyz says that it stood still", text);
      check(
        server.log.some((line) => line.includes('"event":"stood still"')),
        "the log says it",
      );
      return `calls waited ${fine.ms} ms, then went on; /healthz answered ${health}, /readyz ${readiness.status} afterwards`;
    },
  },
];
