/** How far words are apart, and which of several somebody may have meant. */
import { describe, expect, it } from "vitest";
import { editsBetween, nearestNames } from "../../templates/always/src/runtime/text/spelling.ts";

describe("edits between two words", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["abc", "abc", 0],
    ["abc", "ab", 1],
    ["abc", "bc", 1],
    ["abc", "abxc", 1],
    ["abc", "axc", 1],
    ["abc", "xyz", 3],
    ["ab", "ba", 2],
    ["kitten", "sitting", 3],
    ["saturday", "sunday", 3],
    ["abcdef", "abdcef", 2],
    ["a", "A", 1],
  ])("%j and %j are %i", (one, other, edits) => {
    expect([editsBetween(one, other), editsBetween(other, one)]).toEqual([edits, edits]);
  });

  it.each([
    ["ab", "ba", 1],
    ["abcdef", "abdcef", 1],
    ["abcd", "badc", 2],
    ["ca", "abc", 3],
    ["aa", "aa", 0],
    ["xab", "yba", 2],
    ["abc", "abc", 0],
    ["ab", "ca", 2],
    ["ab", "bc", 2],
  ])("%j and %j are %i where neighbours may change places", (one, other, edits) => {
    expect(editsBetween(one, other, { exchanges: true })).toBe(edits);
  });

  it.each([
    ["abc", "abcdef", 3, 3],
    ["abc", "abcdef", 2, 3],
    ["abc", "xyz", 3, 3],
    ["abc", "xyz", 2, 3],
    ["abc", "xyz", 1, 2],
    ["abc", "xyz", 0, 1],
    ["abcdef", "abxdef", 1, 1],
    ["abcdef", "abcdef", 0, 0],
  ])("%j and %j with at most %i counted are %i", (one, other, most, edits) => {
    expect(editsBetween(one, other, { most })).toBe(edits);
  });
});

describe("names that somebody may have meant", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["petID", ["petId", "pets"], ["petId"]],
    ["pet_id", ["status", "petId"], ["petId"]],
    ["PET-ID", ["pet.id"], ["pet.id"]],
    ["größe", ["Groesse", "GRÖSSE1", "Größe"], ["Größe"]],
    ["item1", ["item2", "item3"], ["item2", "item3"]],
    ["nme", ["size", "name", "names"], ["name"]],
    ["abcx", ["abc", "abd", "abcd"], ["abc", "abcd"]],
    ["ax", ["ab", "ac", "ad", "ae"], ["ab", "ac", "ad"]],
    ["abxx", ["abc"], []],
    ["abcdxx", ["abcd"], ["abcd"]],
    ["zzzz", ["name", "size"], []],
    ["name", [], []],
    ["", ["name"], []],
  ])("%j among %j are %j", (name, names, near) => expect(nearestNames(name, names)).toEqual(near));

  it("have at most sixty-four letters, as what they were meant by", () => {
    const long = "a".repeat(64);
    expect(nearestNames(long, [`${long.slice(1)}b`])).toEqual([`${long.slice(1)}b`]);
    expect(nearestNames(`${long}a`, [long])).toEqual([]);
    expect(nearestNames(long, [`${long}a`])).toEqual([]);
    expect(nearestNames(`${long}----`, [long])).toEqual([long]);
  });
});
