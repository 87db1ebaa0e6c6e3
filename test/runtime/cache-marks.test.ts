/** Which answers a write makes old: those of its path, of what lies below it, and of what it lies in. */
import { describe, expect, it } from "vitest";
import { WriteMarks } from "../../templates/always/src/runtime/cache/write-marks.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { SharedMemory } from "./shared-memory.ts";

const origin = "https://api.example.com";
const deep = (count: number, first = 1) => Array.from({ length: count }, (_, index) => `/${index + first}`).join("");

describe("a write", () => {
  it.each<[written: string, read: string, isOld: boolean]>([
    ["/pets/3", "/pets/3", true],
    ["/pets/3?a=b", "/pets/3#top", true],
    ["/pets/3", "/pets/3/", true],
    ["/pets//3", "/pets/3", true],
    ["/pets/3", "/pets", true],
    ["/pets", "/pets/3", true],
    ["/pets", "/pets/3/photos/1", true],
    ["/shop/pets/3/photos", "/shop", true],
    ["/pets/3", "/pets/4", false],
    ["/pets/3", "/pets/33", false],
    ["/pets", "/orders", false],
    ["/shop/pets", "/shop/orders", false],
    ["/", "/", true],
    ["/", "/pets", false],
    ["/pets", "/", false],
    // Deeper paths than these are one.
    [deep(17), `${deep(16)}/x`, true],
    [deep(16), `${deep(15)}/x`, false],
  ])("at %s makes what is at %s old: %s", async (written, read, isOld) => {
    const marks = new WriteMarks(new MemoryStore());
    const before = await marks.of(`${origin}${read}`);
    expect(await marks.of(`${origin}${read}`)).toBe(before);
    await marks.write(`${origin}${written}`);
    expect((await marks.of(`${origin}${read}`)) !== before).toBe(isOld);
  });

  it("is one of its origin", async () => {
    const marks = new WriteMarks(new MemoryStore());
    const others = ["http://api.example.com/pets", "https://api.example.com:444/pets", "https://b.example.com/pets"];
    const before = await Promise.all(others.map((url) => marks.of(url)));
    await marks.write(`${origin}/pets`);
    expect(await Promise.all(others.map((url) => marks.of(url)))).toEqual(before);
  });

  it("makes old what an earlier one made old", async () => {
    const marks = new WriteMarks(new MemoryStore());
    await marks.write(`${origin}/pets`);
    const before = await marks.of(`${origin}/pets`);
    await marks.write(`${origin}/pets`);
    expect(await marks.of(`${origin}/pets`)).not.toBe(before);
  });

  it("is known for two days, by the path itself and by what lies above it", async () => {
    const store = new MemoryStore();
    const sets: [key: string, expiresInMs: number][] = [];
    store.set = async (key, _value, expiresInMs) => void sets.push([key, expiresInMs]);
    await new WriteMarks(store).write(`${origin}/pets/3`);
    const key = (path: string, kind: string) => `cache-mark:=["${origin}","${path}"]:${kind}`;
    expect(sets).toEqual([
      [key("/pets/3", "at"), 172_800_000],
      [key("/pets", "below"), 172_800_000],
      [key("/pets/3", "below"), 172_800_000],
    ]);
  });

  it("shows no path to whoever sees a shared store", async () => {
    const store = new SharedMemory();
    await new WriteMarks(store).write(`${origin}/pets/3`);
    for (const key of store.keys()) expect(key).toMatch(/^cache-mark:[\w+/]{43}=:(?:at|below)$/);
  });
});
