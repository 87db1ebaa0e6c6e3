import { expect, it } from "vitest";
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
