/** Which faults are worth telling: those at the leaves, and of alternatives that all fail those of the likeliest. */
import type { OutputUnit } from "@cfworker/json-schema";

/** Keywords whose fault only says that a fault lies below. */
const parents = new Set([
  "$ref",
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "dependentSchemas",
  "propertyNames",
  "items",
  "prefixItems",
  "unevaluatedItems",
  "allOf",
  "if",
]);

/** The faults that say something of their own, in their order. */
export function leaves(faults: readonly OutputUnit[]): readonly OutputUnit[] {
  const found: OutputUnit[] = [];
  for (let index = 0; index < faults.length; index++) {
    const fault = faults[index];
    if (fault === undefined || parents.has(fault.keyword)) continue;
    if (fault.keyword !== "anyOf") {
      found.push(fault);
      continue;
    }
    const below = followersOf(fault, faults.slice(index + 1));
    index += below.length;
    const best = bestAlternative(fault, below);
    if (best.length === 0) found.push(fault);
    else found.push(...leaves(best));
  }
  return found;
}

function followersOf(
  union: OutputUnit,
  rest: readonly OutputUnit[],
): readonly OutputUnit[] {
  const end = rest.findIndex(
    (fault) =>
      !fault.keywordLocation.startsWith(`${union.keywordLocation}/`) ||
      !fault.instanceLocation.startsWith(union.instanceLocation),
  );
  return end < 0 ? rest : rest.slice(0, end);
}

/**
 * Of alternatives that all fail, the one that was most likely meant: one that takes this type of value and whose
 * fixed values fit, then one whose required properties are there, then the one with the fewest faults. None when
 * nothing tells the alternatives apart.
 */
function bestAlternative(
  union: OutputUnit,
  below: readonly OutputUnit[],
): readonly OutputUnit[] {
  const groups = alternativesOf(union, below);
  // Values of all alternatives are told together.
  const areValues = groups.every((group) =>
    group.every(
      ({ keyword, instanceLocation }) =>
        parents.has(keyword) ||
        ((keyword === "const" || keyword === "enum") &&
          instanceLocation === union.instanceLocation),
    ),
  );
  if (areValues && groups.length > 1) return [];
  const ranked = groups
    .map((group) => ({ group, cost: costOf(union.instanceLocation, group) }))
    .sort((a, b) => a.cost - b.cost);
  const best = ranked[0];
  return best === undefined || best.cost >= wrongKind ? [] : best.group;
}

/** The faults of each alternative. */
function alternativesOf(
  union: OutputUnit,
  below: readonly OutputUnit[],
): readonly (readonly OutputUnit[])[] {
  const groups = new Map<string, OutputUnit[]>();
  for (const fault of below) {
    const index =
      fault.keywordLocation
        .slice(union.keywordLocation.length + 1)
        .split("/", 1)[0] ?? "";
    const group = groups.get(index) ?? [];
    group.push(fault);
    groups.set(index, group);
  }
  return [...groups.values()];
}

const wrongKind = 1_000_000;

/** @param place of the value that alternatives are compared for */
function costOf(place: string, group: readonly OutputUnit[]): number {
  let cost = 0;
  for (let index = 0; index < group.length; index++) {
    const fault = group[index];
    if (fault === undefined || parents.has(fault.keyword)) continue;
    const { keyword, instanceLocation } = fault;
    const here = instanceLocation === place;
    if (keyword === "anyOf") {
      // Of alternatives within an alternative one has to fit.
      const below = followersOf(fault, group.slice(index + 1));
      index += below.length;
      const costs = alternativesOf(fault, below).map((inner) =>
        costOf(place, inner),
      );
      cost += costs.length === 0 ? 1 : Math.min(...costs);
    } else if (here && (keyword === "type" || keyword === "false"))
      cost += wrongKind;
    else if (keyword === "const" || keyword === "enum") cost += 1_000;
    // Who means an alternative gives what it cannot do without, well or badly.
    else cost += here && keyword === "required" ? 10 : 1;
  }
  return cost;
}
