/** Operations by questions in plain words: the index that generation makes, and the search that servers make in it. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { findingIndexOf } from "../../../../src/mcp/finding/index-of.ts";
import { neededBy } from "../../../../templates/always/src/runtime/finding/find-operations.ts";
import { OperationSearch } from "../../../../templates/always/src/runtime/finding/search.ts";
import { stemOf, wordsOf } from "../../../../templates/always/src/runtime/finding/words.ts";
import { serverOf } from "../../document.ts";

const answer = { responses: { 200: { description: "done" } } };
const path = (name: string): JsonObject => ({ name, in: "path", required: true, schema: { type: "string" } });
const listOf = (name: string): JsonObject => ({
  responses: {
    200: {
      description: "done",
      content: {
        "application/json": { schema: { type: "array", items: { $ref: `#/components/schemas/${name}` } } },
      },
    },
  },
});

const tracker: JsonObject = {
  info: { title: "Tracker", version: "1" },
  components: { schemas: { Issue: { type: "object", properties: { id: { type: "string" } } } } },
  paths: {
    "/issues": {
      get: { operationId: "listIssues", summary: "List issues", tags: ["issues"], ...listOf("Issue") },
      post: { operationId: "createIssue", summary: "Create an issue", tags: ["issues"], ...answer },
    },
    "/issues/{issue_id}": {
      parameters: [path("issue_id")],
      get: { operationId: "getIssue", summary: "Get an issue", tags: ["issues"], ...answer },
      patch: { operationId: "updateIssue", summary: "Update an issue", tags: ["issues"], ...answer },
      delete: { operationId: "deleteIssue", summary: "Delete an issue", tags: ["issues"], ...answer },
    },
    "/issues/{issue_id}/comments": {
      parameters: [path("issue_id")],
      get: { operationId: "listComments", summary: "List the comments of an issue", tags: ["issues"], ...answer },
      post: { operationId: "addComment", summary: "Comment on an issue", tags: ["issues"], ...answer },
    },
    "/pull-requests": {
      get: { operationId: "listPullRequests", summary: "List pull requests", tags: ["pulls"], ...answer },
    },
    "/pull-requests/{number}/merge": {
      parameters: [path("number")],
      put: { operationId: "mergePullRequest", summary: "Merge a pull request", tags: ["pulls"], ...answer },
    },
    "/me": { get: { operationId: "whoAmI", summary: "Get the authenticated user", tags: ["users"], ...answer } },
    "/me/issues": { get: { operationId: "myIssues", summary: "Issues of the user", tags: ["users"], ...answer } },
    "/users": { get: { operationId: "listUsers", summary: "List users", tags: ["users"], ...answer } },
    "/usergroups": { get: { operationId: "listGroups", summary: "List groups", tags: ["users"], ...answer } },
    "/chat.postMessage": { get: { operationId: "chat.postMessage", summary: "Send it", tags: ["chat"], ...answer } },
    "/chat.history": { get: { operationId: "chat.history", summary: "Fetch messages", tags: ["chat"], ...answer } },
    "/größe": { get: { operationId: "größeLesen", summary: "Größe eines Lagers lesen", tags: ["lager"], ...answer } },
  },
};

const index = findingIndexOf(serverOf(tracker).model);
const search = new OperationSearch(JSON.parse(JSON.stringify(index)));
const first = (question: string): string | undefined => search.find(question, 5)[0]?.request;

describe("a question", () => {
  it.each([
    ["list all issues", "GET /issues"],
    ["show me one issue", "GET /issues/{issue_id}"],
    ["open a new issue", "POST /issues"],
    ["close an issue", "PATCH /issues/{issue_id}"],
    ["remove an issue", "DELETE /issues/{issue_id}"],
    ["add a comment to an issue", "POST /issues/{issue_id}/comments"],
    ["list the comments of an issue", "GET /issues/{issue_id}/comments"],
    ["reply on ticket 'X'", "POST /issues/{issue_id}/comments"],
    ["my issues", "GET /me/issues"],
    ["merge PR #12", "PUT /pull-requests/{number}/merge"],
    ["list user groups", "GET /usergroups"],
    ["lsit the pull reqeusts", "GET /pull-requests"],
    ["send a message", "GET /chat.postMessage"],
    ["Größe des Lagers", "GET /größe"],
    ["list issues without comments", "GET /issues"],
  ])("%j means %s first", (question, request) => expect(first(question)).toBe(request));

  it("of several parts has an answer for each part first", () => {
    const found = search.find("Create an issue, merge the pull request and list users", 3).map(({ name }) => name);
    expect([...found].sort()).toEqual(["create_issue", "list_users", "merge_pull_request"]);
  });

  it.each(["", "   ", "the of and", "zeppelin", "?!", '"quoted"', "x".repeat(10_000)])("%j finds nothing", (question) =>
    expect(search.find(question, 5)).toEqual([]),
  );

  it("finds only what may be found", () => {
    const found = search.find("issues", 20, ({ request }) => request.startsWith("POST"));
    expect(found.map(({ request }) => request).sort()).toEqual(["POST /issues", "POST /issues/{issue_id}/comments"]);
  });
});

/** A library that plays: things below callers, verbs as paths, a search by words, identifiers that do not say of what. */
const identified = (name: string, description: string): JsonObject => ({
  name,
  in: "query",
  required: true,
  description,
  schema: { type: "string" },
});
const jukebox: JsonObject = {
  info: { title: "Jukebox", version: "1" },
  components: {
    schemas: {
      Song: { type: "object", properties: { id: { type: "string" } } },
      Record: { type: "object", properties: { id: { type: "string" } } },
    },
  },
  paths: {
    "/search": {
      get: {
        operationId: "search",
        summary: "Search for an item",
        parameters: [identified("q", "Words of its name")],
        ...listOf("Song"),
      },
    },
    "/me": { get: { operationId: "whoAmI", summary: "Get current profile", ...answer } },
    "/me/songs": {
      get: { operationId: "savedSongs", summary: "Get saved songs", ...listOf("Song") },
      delete: {
        operationId: "dropSongs",
        summary: "Remove saved songs",
        parameters: [identified("ids", "The ids of the songs, with commas")],
        ...answer,
      },
    },
    "/records/{id}/songs": {
      parameters: [path("id")],
      get: { operationId: "songsOfRecord", summary: "Get the songs of a record", ...listOf("Song") },
    },
    "/player/queue": {
      post: {
        operationId: "enqueue",
        summary: "Add an item to the queue",
        parameters: [identified("uri", "The uri of the song to add")],
        ...answer,
      },
    },
    "/player/play": { put: { operationId: "startPlayback", summary: "Start or resume playback", ...answer } },
    "/calls.json": {
      get: { operationId: "listCalls", summary: "List calls", ...answer },
      post: { operationId: "makeCall", summary: "Dial a number", ...answer },
    },
    "/numbers": { post: { operationId: "addNumber", summary: "Keep a number", ...answer } },
    "/player/state": { get: { operationId: "state", summary: "Get what is played", ...answer } },
    "/users/{user_id}/tapes": {
      parameters: [path("user_id")],
      post: { operationId: "createTape", summary: "Create a tape of songs", ...answer },
    },
    "/tapes/{tape_id}": {
      parameters: [path("tape_id")],
      put: { operationId: "changeTape", summary: "Change details of a tape of songs", ...answer },
    },
  },
};

describe("a chain", () => {
  const songs = findingIndexOf(serverOf(jukebox).model);
  const jukeboxSearch = new OperationSearch(songs);
  const before = (name: string, question: string, isAllowed = (_: string): boolean => true): readonly string[] => {
    const operation = songs.operations.find((other) => other.name === name);
    if (operation === undefined) throw new Error(name);
    return neededBy(operation, jukeboxSearch.read(question), jukeboxSearch, songs, (other) =>
      isAllowed(other.name),
    ).map((other) => other.name);
  };

  it("begins with what reads the rest of the question, and with the search by words", () => {
    expect(before("enqueue", "Add the first song of the record Abbey Road to the queue").slice(0, 2)).toEqual([
      "songs_of_record",
      "saved_songs",
    ]);
    expect(before("enqueue", "Add Yesterday to the queue")).toContain("search");
  });

  it("begins with who calls, where a user is asked for", () =>
    expect(before("create_tape", "Make a tape for me")).toEqual(["who_am_i"]));

  it("begins with what is in the collection that something is taken out of", () =>
    expect(before("drop_songs", "Remove the first song")[0]).toBe("saved_songs"));

  it("begins with nothing that the caller may not call, and not with itself", () => {
    expect(before("enqueue", "Add a song", (name) => name !== "search")).not.toContain("search");
    expect(before("songs_of_record", "songs of a record")).not.toContain("songs_of_record");
  });

  it("is none where an operation asks for nothing", () => expect(before("state", "what is played")).toEqual([]));

  it.each([
    ["play the song", "PUT /player/play"],
    ["get my profile", "GET /me"],
    ["who am I", "GET /me"],
    ["call the number of the office", "POST /calls.json"],
    ["show me the songs of a record", "GET /records/{id}/songs"],
  ])("%j means %s first", (question, request) => expect(jukeboxSearch.find(question, 5)[0]?.request).toBe(request));

  it("of two parts says with it what the first one named", () =>
    expect(jukeboxSearch.find("Delete all songs of my tape and rename it", 2).map(({ request }) => request)).toContain(
      "PUT /tapes/{tape_id}",
    ));
});

describe("the index", () => {
  it("is the same for the same server", () => {
    expect(JSON.stringify(findingIndexOf(serverOf(tracker).model))).toBe(JSON.stringify(index));
  });

  it("says what an operation needs, whose it is, and which verb its path ends with", () => {
    const of = (name: string) => index.operations.find((operation) => operation.name === name);
    const needs = of("get_issue")?.needs?.map((number) => index.operations[number]?.name);
    expect(needs?.[0]).toBe("list_issues");
    expect(of("my_issues")?.own).toBe(1);
    expect(of("who_am_i")?.own).toBe(1);
    expect(of("list_issues")?.own).toBeUndefined();
    expect(of("chat_post_message")?.verb).toBe(stemOf("post"));
    expect(of("chat_history")?.verb).toBeUndefined();
  });

  it("weighs a word by its field, the less the longer that is than others", () => {
    const size = { name: "size", in: "query", schema: { type: "integer" } };
    const document: JsonObject = {
      info: { title: "Zebra store of apples", version: "1" },
      paths: {
        "/a": { get: { operationId: "alpha", parameters: [size], ...answer } },
        "/b": { get: { operationId: "beta", ...answer } },
        "/c": { get: { operationId: "gamma", ...answer } },
      },
    };
    const { stems, postings, apiStems } = findingIndexOf(serverOf(document).model);
    // In twentieths, to the base 36. Of one argument among three tools: 0.4 / (0.5 + 0.5 · 1 / (1/3)) = 0.2.
    expect(Object.fromEntries(stems.map((stem, at) => [stem, postings[at]]))).toMatchObject({
      siz: "0 4",
      get: "0 p 1 i 1 i",
      alpha: "0 2s",
      beta: "1 2s",
      b: "1 2q",
    });
    expect(apiStems).toEqual(["appl", "stor", "zebra"]);
  });

  it("knows initials of what several operations speak of", () => {
    expect(index.initials["pr"]).toEqual(["pull", stemOf("request")]);
  });

  it("holds no document's text that could be taken for anything but a word", () => {
    expect(index.stems.every((stem) => /^[\p{L}\p{M}\p{N}]+$/u.test(stem))).toBe(true);
  });
});

describe("words", () => {
  it.each([
    ["listPullRequests", ["list", "pull", "requests"]],
    ["HTTPServer", ["http", "server"]],
    ["dns_zones.add-record", ["dns", "zones", "add", "record"]],
    ["the user's", ["the", "user"]],
    ["Größe 12", ["größe", "12"]],
  ])("of %j are %j", (text, words) => expect(wordsOf(text)).toEqual(words));

  it.each([
    ["repositories", "repository"],
    ["deployed", "deployment"],
    ["stopping", "stopped"],
    ["organizations", "organization"],
    ["searches", "search"],
    ["created", "create"],
  ])("%j and %j are one", (one, other) => expect(stemOf(one)).toBe(stemOf(other)));

  it.each([
    ["new", "newsletter"],
    ["status", "stat"],
    ["list", "lister2"],
  ])("%j and %j are two", (one, other) => expect(stemOf(one)).not.toBe(stemOf(other)));
});
