/** Which operations a question finds in an index, in which order, and what it asks for besides one of them. */
import { describe, expect, it } from "vitest";
import type { FindingIndex, IndexedOperation } from "../../templates/always/src/runtime/data/project.ts";
import { OperationSearch } from "../../templates/always/src/runtime/finding/search.ts";

/** An operation, and by word how often it says that, in twentieths. */
type Said = readonly [request: string, words: Readonly<Record<string, number>>, more?: Partial<IndexedOperation>];

/** An index whose operations are about the words that they say most. */
function indexOf(rows: readonly Said[], more: Partial<FindingIndex> = {}): FindingIndex {
  const stems = [...new Set(rows.flatMap(([, words]) => Object.keys(words)))].sort();
  const postings = stems.map((stem) => {
    let before = 0;
    return rows
      .flatMap(([, words], at) => {
        const weight = words[stem];
        if (weight === undefined) return [];
        const gap = at - before;
        before = at;
        return [gap.toString(36), weight.toString(36)];
      })
      .join(" ");
  });
  const operations = rows.map(([request, words, own]) => ({
    name: request,
    request,
    core: Object.keys(words).flatMap((stem) => ((words[stem] ?? 0) >= 20 ? [stems.indexOf(stem)] : [])),
    last: [],
    ...own,
  }));
  return { operations, stems, postings, initials: {}, apiStems: [], ...more };
}
const search = (...rows: readonly Said[]): OperationSearch => new OperationSearch(indexOf(rows));
const found = (of: OperationSearch, question: string, limit = 50): readonly string[] =>
  of.find(question, limit).map(({ request }) => request);

describe("a question finds", () => {
  const shop = search(
    ["GET /kettles", { kettl: 20 }],
    ["GET /kettles/{id}", { kettl: 20 }],
    ["POST /kettles", { kettl: 20 }],
    ["GET /wharves", { wharv: 20 }],
    ["GET /lanes", { lan: 20, kettl: 2 }],
  );
  it.each<[string, readonly string[]]>([
    ["wharves", ["GET /wharves"]],
    ["zeppelins", []],
    ["", []],
    ["list kettles", ["GET /kettles", "GET /kettles/{id}", "POST /kettles", "GET /lanes"]],
    ["the kettle", ["GET /kettles/{id}", "GET /kettles", "POST /kettles", "GET /lanes"]],
    ["create a kettle", ["POST /kettles", "GET /kettles/{id}", "GET /kettles", "GET /lanes"]],
    ["kettle lanes", ["GET /lanes", "GET /kettles", "GET /kettles/{id}", "POST /kettles"]],
    ['rename it to "wharves"', ["GET /wharves"]],
  ])("with %j: %j", (question, want) => expect(found(shop, question)).toEqual(want));

  it("as many as are wanted, of those that may be found", () => {
    expect(found(shop, "list kettles", 2)).toEqual(["GET /kettles", "GET /kettles/{id}"]);
    expect(found(shop, "list kettles", 0)).toEqual([]);
    const writes = shop.find("list kettles", 9, ({ request }) => request.startsWith("POST"));
    expect(writes.map(({ request }) => request)).toEqual(["POST /kettles"]);
  });

  it("what says a word more often first, and a rare word before one of many", () => {
    const house = search(
      ["GET /a", { kettl: 20, wharf: 20 }],
      ["GET /b", { kettl: 40, wharf: 20 }],
      ["GET /c", { lan: 20, wharf: 20 }],
      ["GET /d", { wharf: 20 }],
      ["GET /e", { wharf: 20 }],
    );
    expect(found(house, "kettle")).toEqual(["GET /b", "GET /a"]);
    expect(found(house, "lane wharf", 1)).toEqual(["GET /c"]);
  });
});

describe("a question of several parts", () => {
  const shop = search(
    ["GET /kettles", { kettl: 20 }],
    ["POST /kettles", { kettl: 20 }],
    ["GET /wharves", { wharv: 20 }],
    ["DELETE /wharves/{id}", { wharv: 20 }],
    ["POST /lanes", { lan: 20 }],
  );
  it.each<[string, readonly string[]]>([
    ["create a kettle, and delete wharves", ["POST /kettles", "DELETE /wharves/{id}", "GET /kettles", "GET /wharves"]],
    ["delete wharves and create a kettle", ["DELETE /wharves/{id}", "POST /kettles", "GET /wharves", "GET /kettles"]],
    ["list kettles, then create one", ["GET /kettles", "POST /kettles"]],
    ["create a lane, then delete it", ["POST /lanes"]],
  ])("%j finds the best of each, then the second of each", (question, want) =>
    expect(found(shop, question)).toEqual(want),
  );

  it("takes nothing for a part that this does not speak of", () => {
    const lanes = search(
      ["GET /kettles", { kettl: 20 }],
      ["GET /lanes", { lan: 20 }],
      ["PUT /lanes", { lan: 20 }],
      ["POST /lanes", { lan: 20 }],
    );
    expect(found(lanes, "list kettles, then create a lane")).toEqual([
      "GET /kettles",
      "POST /lanes",
      "PUT /lanes",
      "GET /lanes",
    ]);
  });

  it("takes rather what has few variables, unless its path is long", () => {
    const paths = search(
      ["GET /lanes", { lan: 40 }],
      ["GET /new-lanes", { lan: 40 }],
      ["GET /old-lanes", { lan: 40 }],
      ["GET /a/b/c/d/e/f/g/kettles", { kettl: 20 }],
      ["GET /kettles/{id}", { kettl: 20 }],
      ["GET /kettles/{id}/{of}", { kettl: 20 }],
      ["POST /kettles", { kettl: 20 }],
    );
    expect(found(paths, "lane of kettle")[3]).toBe("GET /kettles/{id}");
  });

  it("takes rather what reads a thing than what changes it and says more of it", () => {
    const reads = search(
      ["GET /lanes", { lan: 80 }],
      ["GET /new-lanes", { lan: 80 }],
      ["GET /old-lanes", { lan: 80 }],
      ["POST /kettles", { kettl: 80 }],
      ["GET /kettles", { kettl: 20 }],
      ["DELETE /kettles", { kettl: 20 }],
    );
    expect(found(reads, "lane of kettle").slice(3, 5)).toEqual(["GET /kettles", "POST /kettles"]);
  });

  it("weighs what the whole says a little", () => {
    const twins = search(
      ["GET /kettles", { kettl: 20 }],
      ["GET /wharf-kettles", { kettl: 20, wharv: 20 }],
      ["DELETE /wharves/{id}", { wharv: 20 }],
    );
    expect(found(twins, "list kettles, and delete wharves")[0]).toBe("GET /kettles");
  });

  it("finds after the three best what reads the things that it speaks of", () => {
    const songs = search(
      ["GET /lanes", { lan: 20 }],
      ["GET /lanes/{id}", { lan: 20 }],
      ["POST /lanes", { lan: 20 }],
      ["PUT /lanes", { lan: 20 }],
      ["GET /a/{b}/kettles/{id}", { kettl: 20 }],
      ["GET /kettles/{id}", { kettl: 20 }],
      ["POST /kettles", { kettl: 25 }],
      ["GET /ferns", { fern: 20 }],
      ["GET /oaks", { oak: 20 }],
    );
    expect(found(songs, "lanes of kettle").slice(0, 5)).toEqual([
      "GET /lanes",
      "GET /lanes/{id}",
      "GET /kettles/{id}",
      "GET /a/{b}/kettles/{id}",
      "POST /lanes",
    ]);
    expect(found(songs, "lanes").slice(0, 4)).toEqual(["GET /lanes", "GET /lanes/{id}", "POST /lanes", "PUT /lanes"]);
  });
});

it("two of the things that a question speaks of besides come after the three best", () => {
  const of = (thing: string, stem: string, weight: number): readonly Said[] => [
    [`GET /${thing}`, { [stem]: weight }],
    [`GET /${thing}/{id}`, { [stem]: weight }],
    [`POST /${thing}`, { [stem]: weight }],
  ];
  const garden = search(
    ...of("lanes", "lan", 20),
    ...of("kettles", "kettl", 20),
    ...of("ferns", "fern", 20),
    ...of("oaks", "oak", 4),
  );
  const names = found(garden, "lanes of kettles with ferns by oaks");
  expect(names.slice(0, 5)).toEqual([
    "GET /lanes",
    "GET /lanes/{id}",
    "GET /kettles",
    "GET /kettles/{id}",
    "GET /ferns",
  ]);
  expect(names[5]).not.toBe("GET /oaks");
  expect(found(garden, "lanes of kettles by oaks")[4]).toBe("GET /oaks");
});

describe("after the best", () => {
  it.each([
    [32, ["GET /lanes", "GET /lane", "QUERY /lanes"]],
    [30, ["GET /lanes", "QUERY /lanes", "GET /lane"]],
  ])("comes rather another path than the same once more, where it says the word %i times", (times, want) => {
    const same = search(
      ["GET /lanes", { lan: 40 }],
      ["QUERY /lanes", { lan: 40 }],
      ["GET /lane", { lan: times }],
      ["GET /x", { other: 20 }],
    );
    expect(found(same, "lane")).toEqual(want);
  });

  it.each([
    [26, ["GET /old-lanes", "GET /kettles", "GET /new-lanes"]],
    [28, ["GET /old-lanes", "GET /new-lanes", "GET /kettles"]],
  ])("comes rather what says another word of the question, unless others say theirs %i times", (times, want) => {
    const words = search(
      ["GET /kettle-lanes", { lan: 20, kettl: 20 }],
      ["GET /old-lanes", { lan: times }],
      ["GET /new-lanes", { lan: times }],
      ["GET /kettles", { kettl: 20 }],
      ["GET /tea/kettles", { kettl: 4 }],
      ["GET /x", { other: 20 }],
      ["GET /y", { other: 20 }],
    );
    expect(found(words, "kettle lanes")).toEqual(["GET /kettle-lanes", ...want, "GET /tea/kettles"]);
  });

  it("comes rather what says most of it by a word that was not told", () => {
    const index = indexOf([
      ["GET /lanes", { lan: 80, kettl: 20 }, { core: [1] }],
      ["GET /a", { lan: 40, kettl: 10 }],
      ["GET /b", { lan: 10, kettl: 40 }],
      ["GET /x", { other: 20 }],
    ]);
    expect(index.stems).toEqual(["kettl", "lan", "other"]);
    expect(found(new OperationSearch(index), "kettle and lane")).toEqual(["GET /lanes", "GET /b", "GET /a"]);
  });

  it("comes the rest of many, in its order", () => {
    const many = search(...Array.from({ length: 70 }, (_, at): Said => [`GET /lanes-${at}`, { lan: 20 }]), [
      "GET /x",
      { other: 20 },
    ]);
    expect(found(many, "lanes", 80)).toEqual(Array.from({ length: 70 }, (_, at) => `GET /lanes-${at}`));
  });
});

describe("what a question asks for besides", () => {
  const rows: readonly Said[] = [
    ["POST /queue", { queu: 20 }],
    ["GET /songs", { song: 20 }],
    ["GET /tracks", { track: 20 }],
    ["GET /queue", { queu: 20 }],
    ["GET /me", { memb: 20 }, { own: 1 }],
  ];
  const index = indexOf(rows);
  const of = new OperationSearch(index);
  const worth = (question: string, at: number, candidates: readonly number[] = [0, 1, 2, 3, 4]): readonly number[] => {
    const operation = index.operations[at];
    if (operation === undefined) throw new Error("no operation");
    return [...of.besides(of.read(question), operation, candidates)].map((score) => Math.round(score * 1_000) / 1_000);
  };
  // A word of one operation of five: ln(1 + 4.5 / 1.5).
  const rare = Math.log(4);

  it("is what an operation is not about itself", () => {
    const scores = worth("put the song into the queue", 0);
    expect(scores.map((score) => score > 0)).toEqual([false, true, true, false, false]);
    expect(scores[1]).toBeCloseTo((1.2 * rare) / 1.04, 3);
    expect(worth("put the song into the queue", 0, [2])).toEqual([0, 0, scores[2], 0, 0]);
    expect(worth("put the song into the queue", 1).map((score) => score > 0)).toEqual([true, false, true, true, false]);
  });

  it("is about whoever asks, unless that operation is", () => {
    const mine = worth("my member", 1);
    expect(mine[4]).toBeCloseTo((1.2 * rare * 1.5) / 1.04, 3);
    expect(worth("my queue of members", 4)[4]).toBe(0);
  });

  it("is no word of its path, nor one that means the same", () => {
    const index = indexOf([
      ["POST /queue", { queu: 20 }, { core: [], last: [0] }],
      ["GET /tracks", { track: 20 }, { last: [2] }],
      ["GET /songs", { song: 20 }, { last: [1] }],
    ]);
    expect(index.stems).toEqual(["queu", "song", "track"]);
    const songs = new OperationSearch(index);
    const scores = (question: string, at: number): readonly number[] =>
      [...songs.besides(songs.read(question), index.operations[at] as IndexedOperation, [0, 1, 2])].map(
        (score) => Math.round(score * 1_000) / 1_000,
      );
    // A word of one operation of three: ln(1 + 2.5 / 1.5); the last word of a path counts by 1.25.
    const track = Math.log(1 + 2.5 / 1.5) / 1.04;
    expect(scores("put the track into the queue", 0)[1]).toBeCloseTo(1.2 * 1.25 * track, 3);
    expect(scores("put the track into the queue", 0)[0]).toBe(0);
    expect(scores("put the track into the queue", 2)[1]).toBeCloseTo(1.2 * track, 3);
    expect(scores("put the song into the queue", 0)[1]).toBeCloseTo(
      0.24 * 1.25 * (0.55 + 0.45 * 1.5 * 0.24) * track,
      3,
    );
  });

  it("is to be read, whatever shall be done, and however many there are", () => {
    const index = indexOf([
      ["POST /queue", { queu: 20 }],
      ["POST /songs", { song: 20 }, { verb: "put" }],
      ["GET /songs", { song: 20 }],
    ]);
    const songs = new OperationSearch(index);
    const [queue] = index.operations;
    if (queue === undefined) throw new Error("no operation");
    const [, put = 0, get = 0] = songs.besides(songs.read("put all songs into the queue"), queue, [1, 2]);
    // To put may be to POST (0.6); to see is that by 0.4.
    expect(put / get).toBeCloseTo(0.65 + 0.35 * 0.4, 10);
  });
});
