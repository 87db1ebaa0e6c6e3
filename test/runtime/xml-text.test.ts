/** Documents of XML from values, by the plan of a schema: names, namespaces, kinds of nodes, order, and what cannot be written. */
import { describe, expect, it } from "vitest";
import type { BodyContent, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { XmlNode, XmlPlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import { write, xmlText } from "../../templates/always/src/runtime/request/xml.ts";

const argumentOf = (name: string) => (name === "" ? "whole" : `of ${name}`);
const text = (root: XmlNode, value: JsonValue, structures?: XmlPlan["structures"]) =>
  xmlText({ root, ...(structures && { structures }) }, value, argumentOf);

describe("an element", () => {
  it.each<[string, XmlNode, JsonValue, string]>([
    ["has a name of its own", { name: "pet" }, "Rex", "<pet>Rex</pet>"],
    ["is called root else", {}, "Rex", "<root>Rex</root>"],
    ["of nothing is empty", { name: "pet" }, "", "<pet/>"],
    ["of an empty object is empty", { name: "pet" }, {}, "<pet/>"],
    ["of a number", { name: "n" }, 1.5, "<n>1.5</n>"],
    ["of a boolean", { name: "n" }, false, "<n>false</n>"],
    [
      "of null says so",
      { name: "pet" },
      null,
      '<pet xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>',
    ],
    ["has members by their names", { name: "pet" }, { id: 3, name: "Rex" }, "<pet><id>3</id><name>Rex</name></pet>"],
    [
      "has members in the order of the schema, others behind",
      { name: "pet", order: ["name", "id"] },
      { more: 1, id: 3, name: "Rex" },
      "<pet><name>Rex</name><id>3</id><more>1</more></pet>",
    ],
    [
      "has members by names of theirs",
      { name: "pet", properties: { id: { name: "key" } }, additional: { name: "other" } },
      { id: 3, x: 1, toString: 2 },
      "<pet><key>3</key><other>1</other><other>2</other></pet>",
    ],
    ["has a prefix", { name: "pet", prefix: "p" }, "x", "<p:pet>x</p:pet>"],
    ["has no second prefix", { name: "q:pet", prefix: "p" }, "x", "<q:pet>x</q:pet>"],
    ["declares its namespace", { name: "pet", namespace: "urn:a" }, "x", '<pet xmlns="urn:a">x</pet>'],
    [
      "declares it for its prefix",
      { name: "pet", namespace: "urn:a", prefix: "p" },
      "x",
      '<p:pet xmlns:p="urn:a">x</p:pet>',
    ],
    [
      "does not declare what is declared around it",
      {
        name: "pet",
        namespace: "urn:a",
        prefix: "p",
        properties: { id: { prefix: "p", namespace: "urn:a" }, own: { prefix: "p", namespace: "urn:b" } },
      },
      { id: 1, own: 2 },
      '<p:pet xmlns:p="urn:a"><p:id>1</p:id><p:own xmlns:p="urn:b">2</p:own></p:pet>',
    ],
  ])("%s", (_what, node, value, want) => expect(text(node, value)).toBe(want));
});

describe("an array", () => {
  it.each<[string, XmlNode, JsonValue, string]>([
    [
      "at the root is an element of its items",
      { name: "pets", items: { name: "pet" } },
      [1, 2],
      "<pets><pet>1</pet><pet>2</pet></pets>",
    ],
    ["whose items have no name calls them like itself", { name: "pet" }, [1, 2], "<pet><pet>1</pet><pet>2</pet></pet>"],
    [
      "as a member has no element of its own",
      { name: "a", properties: { b: {} } },
      { b: [1, 2] },
      "<a><b>1</b><b>2</b></a>",
    ],
    [
      "as a member has one where it says so",
      { name: "a", properties: { b: { nodeType: "element", name: "list", items: { name: "b" } } } },
      { b: [1, 2] },
      "<a><list><b>1</b><b>2</b></list></a>",
    ],
    [
      "in an element of its own name hands that down",
      { name: "a", properties: { b: { nodeType: "element" } } },
      { b: [1] },
      "<a><b><b>1</b></b></a>",
    ],
    [
      "in an element of another name hands that down",
      { name: "a", properties: { b: { nodeType: "element", name: "list" } } },
      { b: [1, { c: 2 }] },
      "<a><list><list>1</list><list><c>2</c></list></list></a>",
    ],
    [
      "has items by their places",
      { name: "a", prefixItems: [{ name: "x" }, { name: "y" }], items: { name: "z" } },
      [1, 2, 3, 4],
      "<a><x>1</x><y>2</y><z>3</z><z>4</z></a>",
    ],
    ["of nothing is nothing", { name: "a", properties: { b: {} } }, { b: [] }, "<a/>"],
  ])("%s", (_what, node, value, want) => expect(text(node, value)).toBe(want));
});

describe("a member", () => {
  const within = (node: XmlNode, value: JsonValue) => text({ name: "a", properties: { b: node } }, { b: value });
  it.each<[string, XmlNode, JsonValue, string]>([
    ["as an attribute", { nodeType: "attribute" }, 3, '<a b="3"/>'],
    ["as an attribute with a name", { nodeType: "attribute", name: "id" }, 3, '<a id="3"/>'],
    ["as an attribute of several values", { nodeType: "attribute" }, [1, "x"], '<a b="1 x"/>'],
    ["as an attribute that is null is left out", { nodeType: "attribute" }, null, "<a/>"],
    [
      "as an attribute in a namespace",
      { nodeType: "attribute", prefix: "p", namespace: "urn:a" },
      3,
      '<a xmlns:p="urn:a" p:b="3"/>',
    ],
    ["as an attribute without a prefix is in none", { nodeType: "attribute", namespace: "urn:a" }, 3, '<a b="3"/>'],
    [
      "as an attribute, escaped",
      { nodeType: "attribute" },
      'a"<&>\t\n\r',
      '<a b="a&quot;&lt;&amp;&gt;&#9;&#10;&#13;"/>',
    ],
    ["as text", { nodeType: "text" }, "<&>\r\"'\t", "<a>&lt;&amp;&gt;&#13;\"'\t</a>"],
    ["as a section", { nodeType: "cdata" }, "a<b>]]>c", "<a><![CDATA[a<b>]]]]><![CDATA[>c]]></a>"],
    ["as nothing of its own", { nodeType: "none" }, { c: 1, d: 2 }, "<a><c>1</c><d>2</d></a>"],
    ["as nothing of its own, with a text", { nodeType: "none" }, "x", "<a>x</a>"],
  ])("%s", (_what, node, value, want) => expect(within(node, value)).toBe(want));
});

it("a structure that nodes share may hold itself", () => {
  const structures = { tree: { order: ["v", "below"], properties: { below: { same: "tree" } } } };
  const value = { below: { below: { v: 3 }, v: 2 }, v: 1 };
  expect(text({ name: "t", same: "tree" }, value, structures)).toBe(
    "<t><v>1</v><below><v>2</v><below><v>3</v></below></below></t>",
  );
  expect(text({ name: "t", same: "toString", order: ["b", "a"] }, { a: 1, b: 2 }, structures)).toBe(
    "<t><b>2</b><a>1</a></t>",
  );
});

describe("what XML cannot hold is refused, with the argument that it stands in", () => {
  it.each<[string, XmlNode, JsonValue, string]>([
    ["a name with a space", { name: "a" }, { "b c": 1 }, 'has a member "b c", which is no name in XML'],
    ["a name that begins with a digit", { name: "a" }, { "1b": 1 }, 'has a member "1b", which is no name in XML'],
    ["a name with a tag in it", { name: "a" }, { "b><x": 1 }, 'has a member "b><x", which is no name in XML'],
    ["a name of two prefixes", { name: "a" }, { "b:c:d": 1 }, 'has a member "b:c:d", which is no name in XML'],
    [
      "an object in an attribute",
      { name: "a", properties: { b: { nodeType: "attribute" } } },
      { b: { c: 1 } },
      "has an array or object where XML holds a text or an attribute",
    ],
    [
      "an array in a text",
      { name: "a", properties: { b: { nodeType: "text" } } },
      { b: [1] },
      "has an array or object where XML holds a text or an attribute",
    ],
    ["a control character", { name: "a" }, { b: "x\u0001" }, "holds control characters, which XML cannot carry"],
    ["a noncharacter", { name: "a" }, { b: "x\uffff" }, "holds control characters, which XML cannot carry"],
  ])("%s", (_what, node, value, want) => {
    const argument = `Argument "of ${Object.keys(value as object)[0]}"`;
    expect(() => text(node, value)).toThrow(`${argument} ${want}`);
  });

  it("also where it is the whole", () =>
    expect(() => text({ name: "a" }, "\u0001")).toThrow('Argument "whole" holds control characters'));

  it("also deep within an argument", () =>
    expect(() => text({ name: "a" }, { b: { c: { "d e": 1 } } })).toThrow('Argument "of b" has a member "d e"'));

  it.each(["a\tb", "a\nb", "a\u0085b", "a\u007fb", "äöü", "\ud83d\ude00"])("but not %j", (value) =>
    expect(text({ name: "a" }, { b: value })).toBe(`<a><b>${value}</b></a>`),
  );

  it.each(["é", "_b", "b-1.2", "p:b", "имя"])("nor the name %s", (name) =>
    expect(text({ name: "a" }, { [name]: 1 })).toBe(`<a><${name}>1</${name}></a>`),
  );
});

describe("a body", () => {
  const body = (mediaType: string, value: JsonValue = { b: "é" }) =>
    write({ mediaType, encoding: "xml", xml: { root: { name: "a" } } } as BodyContent, value, argumentOf);
  it.each([
    ["application/xml", "application/xml", '<?xml version="1.0" encoding="UTF-8"?><a><b>é</b></a>', "utf-8"],
    ["*/*", "application/xml", '<?xml version="1.0" encoding="UTF-8"?><a><b>é</b></a>', "utf-8"],
    [
      "text/xml; charset=iso-8859-1",
      "text/xml; charset=iso-8859-1",
      '<?xml version="1.0" encoding="ISO-8859-1"?><a><b>é</b></a>',
      "latin1",
    ],
  ] as const)("of %s is sent as %s", (mediaType, contentType, want, encoding) => {
    const { body: written, contentType: type } = body(mediaType) as { body: string | Uint8Array; contentType: string };
    expect(type).toBe(contentType);
    expect(typeof written === "string" ? written : Buffer.from(written).toString(encoding)).toBe(want);
  });

  it("without a plan cannot be written", () =>
    expect(() => write({ mediaType: "application/xml", encoding: "xml" } as BodyContent, {}, argumentOf)).toThrow(
      'Argument "whole" cannot be written as application/xml',
    ));
});
