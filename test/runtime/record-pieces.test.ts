/** Records of a stream that are told while it comes: by hand, with where its pieces end, and what is kept of long ones. */
import { describe, expect, it } from "vitest";
import { recordReader } from "../../templates/always/src/runtime/response/record-reader.ts";
import type { StreamForm } from "../../templates/always/src/runtime/response/records.ts";

type Told = readonly (readonly [number: number, data: string, event?: string])[];

/** What was told once all of some pieces had come. */
function told(form: StreamForm, ...pieces: readonly (string | Uint8Array)[]): Told {
  const found: [number, string, string?][] = [];
  const read = recordReader(form, ({ number, data, ...rest }) => {
    const text = Buffer.from(data).toString();
    found.push("event" in rest ? [number, text, rest.event] : [number, text]);
  });
  for (const piece of pieces) read(Buffer.from(piece));
  return found;
}

describe("events", () => {
  it.each<[what: string, pieces: readonly string[], want: Told]>([
    ["are told at the empty line", ["data: a\n", "\n"], [[1, "a"]]],
    ["are not told before", ["data: a\n"], []],
    ["have a name", ["event: x\ndata: a\n\n"], [[1, "a", "x"]]],
    ["have an empty name", ["event\ndata: a\n\n"], [[1, "a", ""]]],
    ["may have a name alone", ["event: x\n\n"], [[1, "", "x"]]],
    ["are nothing without either", ["id: 1\n\nretry: 5\n\n: a\n\n\n"], []],
    [
      "lose their name at their end",
      ["event: x\ndata: a\n\ndata: b\n\n"],
      [
        [1, "a", "x"],
        [2, "b"],
      ],
    ],
    ["have lines that hang together", ["data: a\ndata:\ndata: b\n\n"], [[1, "a\n\nb"]]],
    [
      "have data of nothing",
      ["data\n\n", "data:\n\n", "data: \n\n"],
      [
        [1, ""],
        [2, ""],
        [3, ""],
      ],
    ],
    ["lose one space of several", ["data:  a \n\n"], [[1, " a "]]],
    ["keep a tab", ["data:\ta\n\n"], [[1, "\ta"]]],
    ["have fields of just this name", ["database: a\ndat: b\nDATA: c\n data: d\nx\n\n"], []],
    ["have fields of just this name, the event's too", ["events: x\nevent : y\neven: z\ndata: a\n\n"], [[1, "a"]]],
    [
      "end with a mark that is none",
      ["data: a\n\ndata: [DONE]\n\ndata: b\n\n"],
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    ["end with a mark under a name that is none", ["event: x\ndata: [DONE]\n\n"], []],
    ["have a mark with more behind it", ["data: [DONE] \n\n"], [[1, "[DONE] "]]],
    [
      "are cut by breaks of any kind",
      ["data: a\r\rdata: b\r\n\r\ndata: c\n\r\n"],
      [
        [1, "a"],
        [2, "b"],
        [3, "c"],
      ],
    ],
    [
      "have breaks that a piece may cut",
      ["data: a\r", "\n", "\r", "\ndata: b\r", "\r"],
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "have a return that no feed follows",
      ["data: a\r", "\r", "data: b\n\n"],
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    ["have names that a piece may cut", ["da", "ta: ", "a", "b\n", "\n"], [[1, "ab"]]],
    [
      "may begin with a mark",
      ["\ufeffdata: a\n\n\ufeffevent: x\n\n"],
      [
        [1, "a"],
        [2, "", "x"],
      ],
    ],
  ])("%s", (_what, pieces, want) => expect(told("events", ...pieces)).toEqual(want));

  it("begin with all of a mark, or with none", () => {
    const line = Buffer.from("data: a\n\n");
    for (const mark of [
      [0xef, 0xbb],
      [0xef, 0xbb, 0xbe],
      [0xef, 0xbc, 0xbf],
      [0xee, 0xbb, 0xbf],
    ])
      expect(told("events", Uint8Array.from([...mark, ...line]))).toEqual([]);
  });

  it("have the start of what is long", () => {
    const long = "x".repeat(5_000);
    expect(told("events", `data: ${long}\n\n`)[0]?.[1]).toBe(long.slice(0, 4_090));
    const [first] = told("events", `data: ${"a".repeat(4_000)}\ndata: ${"b".repeat(200)}\ndata: c\n\n`);
    expect(first?.[1]).toBe(`${"a".repeat(4_000)}\n${"b".repeat(94)}`);
    // A field that is longer than what is kept has a name all the same, and those behind it are read.
    expect(told("events", `id: ${long}\ndata: a\n\n`)).toEqual([[1, "a"]]);
    expect(told("events", "data: ", long, long, "\n", "event: x\n\n")).toEqual([[1, long.slice(0, 4_090), "x"]]);
  });
});

describe("lines", () => {
  it.each<[what: string, pieces: readonly string[], want: Told]>([
    [
      "are told at their end",
      ["1\n", "2", "\n", "3"],
      [
        [1, "1"],
        [2, "2"],
      ],
    ],
    ["are told whatever they hold", ["a\n"], [[1, "a"]]],
    ["are none where they are blank", ["\n \n\t\n \t \r\n1\n"], [[1, "1"]]],
    ["are some where they begin blank", [" 1\n"], [[1, " 1"]]],
    ["may begin with a mark", ["\ufeff1\n"], [[1, "1"]]],
    ["are none where they are a mark", ["\ufeff\n1\n"], [[1, "1"]]],
    [
      "stand behind separators",
      ["\u001e1\n\u001e2\n"],
      [
        [1, "1"],
        [2, "2"],
      ],
    ],
    [
      "hang together behind a separator",
      ['\u001e{\n"a":1\n}\n\u001e2\n'],
      [
        [1, '{"a":1}'],
        [2, "2"],
      ],
    ],
    [
      "are told at the next separator where they are no JSON",
      ["\u001e{\n\u001e2\n"],
      [
        [1, "{"],
        [2, "2"],
      ],
    ],
    ["may be blank behind a separator", ["\u001e\n1\n"], [[1, "1"]]],
  ])("%s", (_what, pieces, want) => expect(told("records", ...pieces)).toEqual(want));

  it("have the start of what is long", () => {
    const long = `"${"x".repeat(5_000)}"`;
    expect(told("records", `${long}\n1\n`)).toEqual([
      [1, long.slice(0, 4_096)],
      [2, "1"],
    ]);
    expect(told("records", long.slice(0, 3_000), long.slice(3_000), "\n1\n")).toEqual([
      [1, long.slice(0, 4_096)],
      [2, "1"],
    ]);
    // Behind a separator nobody can tell where it ends before the next one comes.
    const record = `\u001e${long}\n`;
    expect(told("records", record)).toEqual([]);
    expect(told("records", record, "\u001e1\n")).toEqual([
      [1, long.slice(0, 4_095)],
      [2, "1"],
    ]);
    const lines = `\u001e[${"1,\n".repeat(3_000)}1]\n`;
    expect(told("records", lines, "\u001e1\n")).toEqual([
      [1, `[${"1,".repeat(3_000)}1]`.slice(0, 4_096)],
      [2, "1"],
    ]);
  });
});

describe("lines of what is called JSON", () => {
  it.each<[what: string, pieces: readonly string[], want: Told]>([
    [
      "are told once a second one is there",
      ['{"a":1}\n', '{"b":2}\n', "3\n"],
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
        [3, "3"],
      ],
    ],
    ["are none where there is one alone", ['{"a":1}\n\n \n'], []],
    ["are none where the first is no JSON of its own", ["{\n", '"a":1\n', "}\n", "1\n"], []],
    [
      "are told behind blank ones",
      ["\n", '{"a":1}\n', "\n", "2\n"],
      [
        [1, '{"a":1}'],
        [2, "2"],
      ],
    ],
    [
      "may begin with a mark",
      ["\ufeff1\n2\n"],
      [
        [1, "1"],
        [2, "2"],
      ],
    ],
    [
      "may be anything behind the first",
      ["1\nx\n"],
      [
        [1, "1"],
        [2, "x"],
      ],
    ],
  ])("%s", (_what, pieces, want) => expect(told("json", ...pieces)).toEqual(want));

  it("have a first one of 4 KiB at most", () => {
    const line = (length: number) => `"${"x".repeat(length - 2)}"`;
    expect(told("json", `${line(4_096)}\n1\n`)).toEqual([
      [1, line(4_096)],
      [2, "1"],
    ]);
    expect(told("json", `${line(4_097)}\n1\n`)).toEqual([]);
  });
});
