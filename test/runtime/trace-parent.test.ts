/** What is believed of a trace that whoever calls names, and how it is handed on (W3C Trace Context, level 1). */
import { describe, expect, it } from "vitest";
import { traceContext, traceHeaders, tracingHeaders } from "../../templates/always/src/runtime/call/trace-context.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = `00-${trace}-00f067aa0ba902b7-01`;

describe("a traceparent", () => {
  it("is handed on as it came, with its tracestate", () => {
    expect(traceContext({ traceparent: parent, tracestate: "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE" })).toEqual({
      traceId: trace,
      parent,
      state: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
    });
  });

  it("is taken of the first that names one", () => {
    const other = parent.replaceAll("4bf9", "aaaa");
    expect(traceContext({ traceparent: parent }, { traceparent: other })?.parent).toBe(parent);
    expect(traceContext(undefined, { traceparent: other })?.parent).toBe(other);
    expect(traceContext({ progressToken: 1 }, undefined)).toBeUndefined();
  });

  it("of a version to come keeps what is known of it", () => {
    expect(traceContext({ traceparent: `cc${parent.slice(2)}-what-comes` })?.parent).toBe(parent);
    expect(traceContext({ traceparent: `cc${parent.slice(2, -2)}ff` })?.parent).toBe(parent);
  });

  it.each([
    ["nothing", ""],
    ["a word", "yes"],
    ["a number", 4],
    ["an object", { traceId: trace }],
    ["a list", [parent]],
    ["null", null],
    ["the version ff", `ff${parent.slice(2)}`],
    ["more behind version 00", `${parent}-more`],
    ["a dash behind version 00", `${parent}-`],
    ["upper case", parent.toUpperCase()],
    ["a trace of zeros", parent.replace(trace, "0".repeat(32))],
    ["a span of zeros", parent.replace("00f067aa0ba902b7", "0".repeat(16))],
    ["a short trace", parent.replace(trace, trace.slice(1))],
    ["a long span", parent.replace("00f067aa0ba902b7", "00f067aa0ba902b7a")],
    ["no flags", parent.slice(0, -3)],
    ["flags that are no number", parent.replace(/01$/, "0x")],
    ["two at once", `${parent}, ${parent}`],
    ["a line feed within", `${parent}\r\nX-Admin: 1`],
    ["a line feed behind a version to come", `cc${parent.slice(2)}-\r\nX-Admin: 1`],
  ])("that is %s begins a new trace, without the state of the old one", (_what, traceparent) => {
    const found = traceContext({ traceparent, tracestate: "rojo=1" });
    expect(found?.parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    expect(found?.parent).toBe(found?.traceId === trace ? parent : found?.parent);
    expect(found).not.toHaveProperty("state", "x");
    expect(JSON.stringify(found)).not.toContain("Admin");
    if (!String(traceparent).startsWith("cc")) expect(found).not.toHaveProperty("state");
  });
});

describe("a tracestate", () => {
  it.each([
    ["nothing", ""],
    ["no text", 1],
    ["a member without a value", "rojo"],
    ["a key in upper case", "Rojo=1"],
    ["a key with a space", "ro jo=1"],
    ["a value with a comma of its own", "a=1,,=2"],
    ["a line feed", "rojo=1\r\nX-Admin: 1"],
    ["a key twice", "rojo=1,rojo=2"],
    ["33 members", Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(",")],
    ["more than 512 characters", `rojo=${"x".repeat(250)},congo=${"x".repeat(250)},a=${"x".repeat(10)}`],
    ["letters beyond ASCII", "rojo=é"],
  ])("that is %s is left out, and the trace goes on", (_what, tracestate) => {
    expect(traceContext({ traceparent: parent, tracestate })).toEqual({ traceId: trace, parent });
  });
});

describe("flags", () => {
  it.each([
    ["00", "fe", "fe"],
    ["00", "00", "00"],
    ["cc", "03", "01"],
    ["cc", "fe", "00"],
    ["01", "01", "01"],
  ])("of version %s: %s is %s", (version, flags, want) => {
    const traceparent = `${version}-${trace}-00f067aa0ba902b7-${flags}`;
    expect(traceContext({ traceparent })?.parent).toBe(`00-${trace}-00f067aa0ba902b7-${want}`);
  });

  it.each([trace.replace(/^.{31}/, "0".repeat(31)), trace.replace(/.{31}$/, "0".repeat(31))])(
    "a trace may be %s",
    (traceId) => {
      const traceparent = `00-${traceId}-000000000000000a-01`;
      expect(traceContext({ traceparent })).toEqual({ traceId, parent: traceparent });
    },
  );

  it("white space around a traceparent does not count", () => {
    expect(traceContext({ traceparent: ` ${parent}\t` })?.parent).toBe(parent);
  });

  it("a trace that is begun is not sampled, and no two are the same", () => {
    const [one, two] = [traceContext({ traceparent: "x" }), traceContext({ traceparent: "x" })];
    expect(one?.parent).toBe(`00-${one?.traceId}-${one?.parent.slice(36, 52)}-00`);
    expect(one?.traceId).not.toBe(two?.traceId);
    expect(one?.parent.slice(36, 52)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("a tracestate that is kept", () => {
  it.each([
    ["a=1", "a=1"],
    [" a=1 ,\tb=2 ", "a=1,b=2"],
    ["a=1,,b=2,", "a=1,b=2"],
    ["fw529a3039@dt=FfAAAA/x y~!", "fw529a3039@dt=FfAAAA/x y~!"],
    ["0a_-*/@=~", "0a_-*/@=~"],
    [Array.from({ length: 32 }, (_, index) => `k${index}=1`).join(","), "whole"],
    [`a=${"x".repeat(256)},b=${"x".repeat(251)}`, "whole"],
    [`${"a".repeat(256)}=1`, "whole"],
  ])("%s", (tracestate, want) => {
    expect(traceContext({ traceparent: parent, tracestate })?.state).toBe(want === "whole" ? tracestate : want);
  });

  it.each([
    ["a value of 257 characters", `a=${"x".repeat(257)}`],
    ["a key of 257 characters", `${"a".repeat(257)}=1`],
    ["513 characters", `a=${"x".repeat(256)},b=${"x".repeat(252)}`],
    ["one member of two that is none", "a=1,B=2"],
    ["an equals sign in a value", "a=1=2"],
    ["nothing but commas", ",,"],
  ])("is not: %s", (_what, tracestate) => {
    expect(traceContext({ traceparent: parent, tracestate })).not.toHaveProperty("state");
  });
});

describe("headers", () => {
  it("of a request are read where they name a trace", () => {
    expect(traceHeaders(new Headers({ traceparent: parent, tracestate: "a=1" }))).toEqual({
      traceparent: parent,
      tracestate: "a=1",
    });
    expect(traceHeaders(new Headers({ traceparent: parent }))).toEqual({ traceparent: parent });
    expect(traceHeaders(new Headers({ tracestate: "a=1" }))).toBeUndefined();
  });

  it("that hand it on", () => {
    expect(tracingHeaders({ traceId: trace, parent })).toEqual([["traceparent", parent]]);
    expect(tracingHeaders({ traceId: trace, parent, state: "a=1" })).toEqual([
      ["traceparent", parent],
      ["tracestate", "a=1"],
    ]);
  });
});
