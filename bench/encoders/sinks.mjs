/**
 * Every place where text of others, of a document, an argument, an answer, a setting, goes into text of another kind,
 * and what makes it fit there: functions (`file#name`), constants of functions, and rows of the helpers of templates.
 *
 * What stands behind `=` is what a function gives when it is broken; without it, it gives what it was given. Besides,
 * each replacement within it is left out by itself.
 */
const runtime = "templates/always/src/runtime";
const request = `${runtime}/request`;
const response = `${runtime}/response`;

/** For each: the place, its encoders, and the tests that are to notice, the quickest first. */
export const sinks = [
  ...of(
    [
      "test/runtime/request-*.test.ts",
      "test/wire/*.test.ts",
      "test/runtime/credentials-*.test.ts",
      "test/e2e/calls.test.ts",
    ],
    [
      ["a URL: a name or value of an argument", `${request}/percent.ts#percentEncode`],
      ["a URL: reserved characters of a value in the query", `${request}/percent.ts#percentEncodeReservedQuery`],
      ["a URL: reserved characters of a value in the path", `${request}/percent.ts#percentEncodeReservedPath`],
      ["a URL: fixed text of the path", `${request}/percent.ts#percentEncodeLiteral`],
      ["a URL: fixed text of the query", `${request}/percent.ts#percentEncodeQueryLiteral`],
      ["a URL: a segment of the path", `${request}/path.ts#faultOf=undefined`, `${request}/path.ts#climbs=false`],
      ["a URL: a value of the path", `${request}/path.ts#encoderOf=(text: string) => text`],
      ["a URL: a pair of the query", `${request}/build.ts#plain`, `${request}/build.ts#reserved`],
      [
        "a URL: a server of the document",
        `${runtime}/upstream/server-url.ts#readBaseUrl={ url: text, origin: new URL(text).origin }`,
      ],
      [
        "a form: a name or value",
        `${request}/percent.ts#formEncode`,
        `${request}/form.ts#plain`,
        `${request}/percent.ts#asForm`,
      ],
      [
        "a form: reserved characters of a value",
        `${request}/percent.ts#formEncodeReserved`,
        `${request}/form.ts#reserved`,
      ],
      ["a header: its name", `${request}/header.ts#isToken=true`, `${request}/header.ts#isForbiddenHeader=false`],
      ["a header: its value", `${request}/header.ts#headerFault=undefined`, `${request}/header.ts#jsonEscape`],
      ["a header: what is accepted", `${request}/header.ts#acceptField=["Accept", mediaTypes.join(", ")] as const`],
      ["a cookie: a name or value", `${request}/header.ts#form`, `${request}/header.ts#cookieName`],
      ["a cookie: a name or value as it is", `${request}/header.ts#asIs`, `${request}/header.ts#isCookieValue=true`],
      ["a cookie: a credential", `${request}/header.ts#cookieValue`],
      ["a credential: no half characters", `${request}/credentials.ts#wellFormed=text`],
      ["a credential: user and password", `${runtime}/upstream/security-scheme.ts#encodedPair`],
      ["a part: its name and file name", `${request}/multipart.ts#quoted`],
      ["a part: its own headers", `${request}/multipart.ts#partHeaders=Object.entries(encoding.headers ?? {})`],
      ["a part: the boundary", `${request}/multipart.ts#holds=false`],
      ["a part: parameters of the media type", `${request}/multipart.ts#multipartType`],
      ["XML: a name", `${request}/xml.ts#nameOf=node.name ?? inferred`],
      ["XML: a character", `${request}/xml.ts#plainText=String(value)`],
      ["XML: text", `${request}/xml.ts#escapeText`],
      ["XML: an attribute", `${request}/xml.ts#escapeAttribute`],
      ["XML: a section of character data", `${request}/xml.ts#cdata`],
    ],
  ),
  ...of(
    [
      "test/runtime/own-words.test.ts",
      "test/runtime/visible.test.ts",
      "test/runtime/resource-links.test.ts",
      "test/runtime/response-*.test.ts",
      "test/runtime/mcp-parts.test.ts",
      "test/runtime/mcp-validation.test.ts",
    ],
    [
      ["a resource's URI: a value", `${request}/uri-template.ts#uriTemplate`],
      ["a result: lines of an answer", `${response}/own-words.ts#quotedWhereLikeOurs`],
      ["a result: line breaks within JSON", `${response}/own-words.ts#jsonWithoutBreaks`],
      ["a result: a URI in a sentence", `${response}/own-words.ts#withoutSpaces`],
      ["a result: a name in quotes", `${response}/own-words.ts#withoutQuotes`],
      ["a result: hidden characters of a text", `${runtime}/text/visible.ts#visibleText`],
      ["a result: a quoted line", `${runtime}/text/visible.ts#visibleLine`],
      ["a result: hidden characters of a value", `${runtime}/text/visible.ts#visibleValue`],
      ["a sentence: hidden characters of a name that is to be sent", `${runtime}/text/visible.ts#escapedText`],
    ],
  ),
  ...of(
    [
      "test/runtime/credentials-secrets.test.ts",
      "test/runtime/secrets-in-results.test.ts",
      "test/runtime/secrets-elsewhere.test.ts",
    ],
    [
      ["a log line, a message: secrets", `${runtime}/secret.ts#scrub`, `${runtime}/secret.ts#scrubText`],
      [
        "a result: secrets",
        `${runtime}/secret.ts#scrubBytes`,
        `${runtime}/secret.ts#scrubValue`,
        `${runtime}/secret.ts#scrubBase64`,
      ],
    ],
  ),
  ...of(
    [
      "test/unit/base/*.test.ts",
      "test/unit/project/*.test.ts",
      "test/unit/surface/*.test.ts",
      "test/unit/config/*.test.ts",
      "test/cli/cli.test.ts",
      "test/cli/templates.long.test.ts",
      "test/golden/*.test.ts",
      "test/hostile/injection.test.ts",
    ],
    [
      ["Markdown: text", "src/project/encodings.ts#{{text}}", "src/base/markdown.ts#markdownText"],
      ["Markdown: code", "src/project/encodings.ts#{{code}}", "src/base/markdown.ts#markdownCode"],
      ["Markdown: blocks of ours", "src/project/encodings.ts#{{markdown}}", "src/project/encodings.ts#{{block}}"],
      ["HTML", "src/project/encodings.ts#{{html}}", "src/base/markdown.ts#htmlText"],
      ["words of ours", "src/project/encodings.ts#{{own}}"],
      [
        "JSON, YAML, strings of TypeScript",
        "src/project/encodings.ts#{{json}}",
        "src/project/json.ts#jsonString",
        "src/project/json.ts#asciiString",
        "src/project/json.ts#withoutSeparators",
      ],
      ["JSON: a value", "src/project/json.ts#jsonValue=JSON.stringify(value)"],
      [
        "a comment",
        "src/project/encodings.ts#{{comment}}",
        "src/project/comment.ts#commentLines=[text]",
        "src/project/comment.ts#withoutForce",
      ],
      ["a word of a command or script", "src/project/encodings.ts#{{name}}"],
      ["an identifier", "src/project/encodings.ts#{{identifier}}"],
      ["the name of a variable of the environment", "src/project/encodings.ts#{{environmentName}}"],
      ["the terminal: text", "src/base/visible.ts#visible"],
      ["the terminal: JSON", "src/base/visible.ts#visibleJson=JSON.stringify(value, null, 2)"],
      ["a report in Markdown", "src/surface/markdown-report.ts#encoded"],
    ],
  ),
];

function of(tests, rows) {
  return rows.map(([place, ...encoders]) => ({ place, encoders, tests }));
}
