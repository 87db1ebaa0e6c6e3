import { describe, expect, it } from "vitest";
import { toolOf } from "../document.ts";

const hints = (method: string, path: string, operationId?: string): string => {
  const { readOnlyHint, destructiveHint, idempotentHint } = toolOf(operationId === undefined ? {} : { operationId }, {
    method,
    path,
  }).listing.annotations;
  return [readOnlyHint ? "reads" : "writes", destructiveHint ? "destructive" : "", idempotentHint ? "idempotent" : ""]
    .filter(Boolean)
    .join(" ");
};

it.each([
  ["get", "/pets", undefined, "reads idempotent"],
  ["query", "/pets", undefined, "reads idempotent"],
  ["post", "/pets", "createPet", "writes"],
  ["post", "/pets/search", undefined, "reads idempotent"],
  ["post", "/v1/pets:search", undefined, "reads idempotent"],
  ["post", "/lists", "addToList", "writes"],
  ["put", "/pets/{id}", undefined, "writes destructive idempotent"],
  ["patch", "/pets/{id}", undefined, "writes destructive"],
  ["delete", "/pets/{id}", undefined, "writes destructive idempotent"],
  ["post", "/orders/{id}/cancel", undefined, "writes destructive"],
  ["post", "/orders/{id}:purge", undefined, "writes destructive"],
  ["get", "/users/remove", "deleteUser", "writes destructive idempotent"],
  ["get", "/archive", "downloadArchive", "reads idempotent"],
  ["post", "/tokens", "apps/delete-token", "writes destructive"],
  ["post", "/pets", "bulkDeletePets", "writes destructive"],
  ["post", "/pets", "petsOfShopPurge", "writes destructive"],
  ["post", "/pets", "petOfDeletedShops", "writes"],
])("%s %s (%s) %s", (method, path, operationId, want) => expect(hints(method, path, operationId)).toBe(want));

describe("a verb", () => {
  it.each("search query find lookup list count preview validate estimate calculate simulate".split(" "))(
    "%s only asks, by POST",
    (verb) => {
      expect(hints("post", "/pets", `${verb}Pets`)).toBe("reads idempotent");
      expect(hints("post", `/pets/${verb}`)).toBe("reads idempotent");
      expect(hints("patch", "/pets", `${verb}Pets`)).toBe("writes destructive");
    },
  );

  it.each(
    "delete remove destroy purge drop erase wipe cancel revoke terminate kill archive void reset clear truncate uninstall unpublish deactivate disable expire".split(
      " ",
    ),
  )("%s takes something away, by any method", (verb) => {
    expect(hints("post", "/pets", `${verb}Pets`)).toBe("writes destructive");
    expect(hints("post", `/pets/{id}/${verb}`, "doIt")).toBe("writes destructive");
    expect(hints("get", "/pets/{id}", `${verb}Pet`)).toBe("writes destructive idempotent");
    expect(hints("get", `/pets/{id}:${verb}`, "doIt")).toBe("writes destructive idempotent");
    // Many of these words are nouns as well.
    expect(hints("get", `/pets/${verb}`, "doIt")).toBe("reads idempotent");
  });

  it.each([
    ["head", "/pets", "checkPets", "reads idempotent"],
    ["options", "/pets", "optionsOfPets", "reads idempotent"],
    ["trace", "/pets", "tracePets", "reads idempotent"],
    ["post", "/pets/{id}", "storeIt", "writes"],
    ["post", "/pets/{delete}", "storeIt", "writes"],
    ["post", "/pets/search-all", "storeIt", "writes"],
    ["post", "/pets/delete-all", "storeIt", "writes destructive"],
    ["post", "/pets/all-deleted", "storeIt", "writes"],
    ["get", "/pets:delete-all", "storeIt", "reads idempotent"],
  ])("counts where it stands: %s %s (%s) %s", (method, path, operationId, want) =>
    expect(hints(method, path, operationId)).toBe(want),
  );

  it.each([
    ["get", "/pets", "listPets", "GET only reads"],
    ["post", "/pets", "createPet", "POST adds"],
    ["post", "/pets", "searchPets", 'POST with the verb "search" only reads'],
    ["put", "/pets", "putPet", "PUT can change or remove what exists, and repeating it changes nothing more"],
    ["patch", "/pets", "patchPet", "PATCH can change or remove what exists"],
    ["post", "/pets", "purgePets", 'POST with the verb "purge" can change or remove what exists'],
    [
      "get",
      "/pets",
      "deletePet",
      'GET with the verb "delete" can change or remove what exists, and repeating it changes nothing more',
    ],
  ])("is the reason of what is hinted: %s %s (%s): %s", (method, path, operationId, want) => {
    const { reasons, listing } = toolOf({ operationId }, { method, path });
    expect(reasons.filter(({ about }) => about === "hints").map(({ text }) => text)).toEqual([want]);
    expect(listing.annotations.openWorldHint).toBe(true);
  });
});
