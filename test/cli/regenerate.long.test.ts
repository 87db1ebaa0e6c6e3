/** A second run: hooks as they may be written, read by the compiler. */
import { describe, expect, it } from "vitest";
import { checkLostHooks, feed, getPet, listPets, withHooks, zoo } from "./zoo.ts";

const project = zoo();
const { write, writeDocument, command, compiled } = project;

describe("hooks", () => {
  it.each([
    [
      "apart, with their type",
      "hooks,",
      `const hooks: Hooks<Tools> = { list_pets: { before: (args) => args }, get_pet: { after: (result) => result } };\n`,
    ],
    [
      "apart, checked by satisfies",
      "hooks: { ...base },",
      `const base = { list_pets: { before: (args) => args }, get_pet: {} } satisfies Hooks<Tools>;\n`,
    ],
  ])("whose tools were renamed or removed are told, and do not compile: %s", (_name, code, before) =>
    checkLostHooks(project, code, before),
  );

  it("stay with their tools when operations are moved and renamed", async () => {
    writeDocument(listPets, getPet, feed);
    await command("-q");
    write("src/custom.ts", withHooks(project, "hooks: { list_pets: {}, get_pet: {}, feed_all: {} },"));
    writeDocument({ ...listPets, path: "/v2/pets" }, { ...getPet, id: "readAnimal" }, feed);
    const { code, err } = await command("--strict");
    expect(err).not.toContain("lost-hook");
    expect(code).toBe(0);
    expect(compiled().replace(/^.*Hooks.*is declared but.*\n/m, "")).toBe("");
  });
});
