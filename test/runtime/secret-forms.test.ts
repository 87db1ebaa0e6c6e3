/** One secret in a text, in every form in which it may come back, and nothing else. */
import { describe, expect, it } from "vitest";
import { SecretForms } from "../../templates/always/src/runtime/text/secret-forms.ts";
import { key, shapes } from "./secret-shapes.ts";

const found = (secret: string, text: string): string => new SecretForms(secret).replace(text, () => "#");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a secret is found", () => {
  const secret = "a+b/c=d&e";
  it.each<[string, string, string]>([
    ["as it is", "x a+b/c=d&e y", "x # y"],
    ["in capitals", "A+B/C=D&E", "#"],
    ["twice", "a+b/c=d&ea+b/c=d&e.", "##."],
    ["in percent-encoding", "a%2Bb%2fc%3Dd%26e", "#"],
    ["in that, twice", "a%252Bb%252Fc%253Dd%2526e", "#"],
    ["in that, four times", "a%2525252Bb/c=d&e", "#"],
    ["with every letter so", "%61%2B%62/c=d&e", "#"],
    ["in escapes of JSON", "a\\u002bb\\/c=d&e", "#"],
    ["in that, within JSON", "a\\\\u002bb\\\\/c=d&e", "#"],
    ["with eight backslashes", `a${"\\".repeat(8)}u002bb/c=d&e`, "#"],
    ["in escapes of JavaScript", "a\\x2bb\\u{2f}c\\u{003d}d&e", "#"],
    ["in escapes of bytes", "a\\%2bb/c=d&e", "#"],
    ["in octal escapes", "a\\53b\\057c=d&e", "#"],
    ["in names of HTML", "a&plus;b&sol;c&equals;d&amp;e", "#"],
    ["in numbers of HTML", "a&#43;b&#047;c&#x3D;d&#X026;e", "#"],
    ["in names of HTML, twice", "a&amp;plus;b&amp;sol;c=d&amp;amp;e", "#"],
    ["in those with an escaped sign", "a\\u0026plus;b%26sol%3bc=d&e", "#"],
    ["in mail", "a=2Bb=2Fc=3Dd=26e", "#"],
    ["with characters that nobody sees", "a\u200b+b\u00ad/c\ufeff=d\\u2060&e", "#"],
    ["in hexadecimal", "612b622f633d642665", "#"],
    ["in that, with signs between", "61:2b:62:2f:63:3d:64:26:65", "#"],
    ["in that, as bytes of a program", "0x61, 0x2b, 0x62, 0x2f, 0x63, 0x3d, 0x64, 0x26, 0x65", "0x#"],
    ["in that, as escapes", "61\\x2b\\x62\\x2f\\x63\\x3d\\x64\\x26\\x65", "#"],
    ["as a list of bytes", "[97,43,98,47,99,61,100,38,101]", "[#]"],
    ["as a list of bytes with blanks", "[97, 43, 98, 47, 99, 61, 100, 38, 101]", "[#]"],
    ["beside a beginning of it", "a+b/c a+b/c=d&e", "a+b/c #"],
    ["within a beginning of it", "a+ba+b/c=d&e", "a+b#"],
  ])("%s", (_how, text, want) => expect(found(secret, text)).toBe(want));

  it.each<[string, string]>([
    ["another text", "a+b/c=d-e"],
    ["a part of it", "a+b/c=d&"],
    ["one with letters between", "a+xb/c=d&e"],
    ["one that is encoded five times", "a%252525252Bb/c=d&e"],
    ["one with nine backslashes", `a${"\\".repeat(9)}u002bb/c=d&e`],
    ["nothing", ""],
  ])("but not in %s", (_what, text) => expect(found(secret, text)).toBe(text));

  it.each(shapes.filter(([, text]) => text.length > 0))("in the shape that is %s", (_how, text) => {
    const clean = found(key, text);
    expect(clean).toContain("#");
    expect(clean.toLowerCase()).not.toContain(key.toLowerCase());
  });

  it("with where it stands", () => {
    const places: unknown[] = [];
    const clean = new SecretForms("s3cr-et").replace("1 s3cr-et 2 S3CR%2Det 3", (...place) => {
      places.push(place);
      return "";
    });
    expect(clean).toBe("1  2  3");
    expect(places).toEqual([
      ["s3cr-et", 2, 9],
      ["S3CR%2Det", 12, 21],
    ]);
  });

  it("however long it is", () => {
    const long = "k0-".repeat(30);
    expect(found(long, `x${long}y`)).toBe("x#y");
    expect(found(long, `x${long.slice(0, 24)}\u200b${long.slice(24)}y`)).toBe("x#y");
    expect(found(long, `x${long.slice(0, 89)}y`)).toBe(`x${long.slice(0, 89)}y`);
    expect(found(long, `x${base64(long)}y`)).toBe("x#y");
  });

  it.each<[string, string, string]>([
    ["one two-3", "one+two-3", "#"],
    ["one two-3", "one%20two-3", "#"],
    ["key\nTw-o9", "key\\nTw-o9", "#"],
    ["key\r\tTw-o9", "key\\r\\tTw-o9", "#"],
    ["back\\sl-ash", "back\\\\sl-ash", "#"],
    ["back\\sl-ash", "back\\sl-ash", "#"],
    ["clé-s3cr", "cl\\u00e9-s3cr", "#"],
    ["clé-s3cr", "cl%C3%A9-s3cr", "#"],
    ["clé-s3cr", "cl=C3=A9-s3cr", "#"],
    ["clé-s3cr", "clÃ©-s3cr", "#"],
    ["x\u{1F511}-s3cr", "x\\ud83d\\udd11-s3cr", "#"],
    ["x\u{1F511}-s3cr", "x\\u{1f511}-s3cr", "#"],
    ["a\"b'c<d>e:f_g.h-i", "a&quot;b&apos;c&lt;d&gt;e&colon;f&lowbar;g&period;h&hyphen;i", "#"],
    ["a-b-s3cr", "a&dash;b-s3cr", "#"],
    ["a.b*c-s3cr", "axb*c-s3cr", "axb*c-s3cr"],
  ])("%j in %j", (secret_, text, want) => expect(found(secret_, text)).toBe(want));
});

describe("in base64 a secret is found", () => {
  it.each(["", "x", "xy", "xyz"])("behind %j", (before) => {
    const secret = "s3cr-et?>9";
    const clean = found(secret, base64(`${before}${secret}--`));
    expect(clean).toContain("#");
    expect(clean.length).toBeLessThan(12);
    const inUrl = Buffer.from(`${before}${secret}--`).toString("base64url");
    expect(found(secret, inUrl)).toContain("#");
  });

  it("in several lines, also where their breaks are escaped", () => {
    const secret = "s3cr-et-0f-many";
    const text = base64(secret);
    for (const line of ["\r\n", "\n ", "\\r\\n", "%0a", "%0D%0A"])
      expect(found(secret, `${text.slice(0, 8)}${line}${text.slice(8)}`)).toMatch(/^#.?.?$/);
  });

  it("where six characters of it are its own", () => {
    expect(found("abcde", base64("abcde"))).toMatch(/^#/);
    expect(found("abcd", base64("abcd"))).toBe(base64("abcd"));
  });
});

describe("in hexadecimal a secret is found", () => {
  it("where that has six digits", () => {
    expect([found("abc", "616263"), found("abc", "97,98,99")]).toEqual(["#", "#"]);
    expect([found("ab", "6162"), found("ab", "97,98"), found("ab", "ab")]).toEqual(["6162", "97,98", "#"]);
  });
});
