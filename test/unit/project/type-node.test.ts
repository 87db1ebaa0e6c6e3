import fc from "fast-check";
import prettier from "prettier";
import { expect, test } from "vitest";
import {
  declarationText,
  intersectionOf,
  isLaidOutOtherwise,
  literal,
  unionOf,
  word,
  type Member,
  type TypeNode,
} from "../../../src/project/type-node.ts";

const print = (name: string, type: TypeNode): string => `${declarationText(name, type, [])}\n`;

const name = fc.integer({ min: 1, max: 70 }).map((length) => `N${"a".repeat(length)}`);
const { type } = fc.letrec<{ type: TypeNode; object: TypeNode; union: TypeNode; intersection: TypeNode }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("string", "number", "null", "boolean").map(word),
    fc.oneof(fc.string(), fc.string({ unit: "grapheme" })).map(literal),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(literal),
    name.map((text): TypeNode => ({ kind: "reference", name: text })),
    tie("type").map((item): TypeNode => ({ kind: "array", item })),
    tie("object"),
    tie("union"),
    tie("intersection"),
  ),
  object: fc
    .array(
      fc.record({
        name: fc.oneof(
          name,
          fc.string({ minLength: 1 }),
          fc.constantFrom("index", "constructor", "new", "readonly", "__proto__", "1", "a-b"),
        ),
        type: tie("type"),
        optional: fc.boolean(),
        description: fc.option(fc.lorem({ maxCount: 30 }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((members): TypeNode => ({
      kind: "object",
      members: members.map((member): Member =>
        member.name === "index"
          ? { kind: "index", type: member.type }
          : { kind: "property", deprecated: false, ...member },
      ),
    })),
  union: fc.array(tie("type"), { minLength: 2, maxLength: 5 }).map(unionOf),
  intersection: fc.array(tie("type"), { minLength: 2, maxLength: 3 }).map(intersectionOf),
}));

test("Prettier changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      name,
      type.filter((given) => !isLaidOutOtherwise(given)),
      async (called, given) => {
        const printed = print(called, given);
        expect(await prettier.format(printed, { parser: "typescript" })).toBe(printed);
      },
    ),
    { numRuns: 500 },
  );
});
