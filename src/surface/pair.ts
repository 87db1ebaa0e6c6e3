/** Which tool of one surface is which of another: by the operation that it calls, not by its name. */
import type { SurfaceTool } from "./surface.ts";

export interface Pairs<Tool extends SurfaceTool = SurfaceTool> {
  readonly pairs: readonly { readonly before: Tool; readonly after: Tool }[];
  /** In the order of the old list. */
  readonly removed: readonly Tool[];
  /** In the order of the new list. */
  readonly added: readonly Tool[];
}

/** Texts by which a tool may be known. */
type Keys = (tool: SurfaceTool) => readonly (string | undefined)[];

const operation: Keys = ({ request, operationId }) => [JSON.stringify([request, operationId ?? ""])];
const operationId: Keys = (tool) => [tool.operationId];
const request: Keys = (tool) => [tool.request.replace(/\{[^{}]*\}/g, "{}")];
const toolName: Keys = ({ name }) => [name];
const calledNow: Keys = (tool) => [tool.operationId, tool.request];
const calledBefore: Keys = ({ formerly }) => formerly ?? [];

/** The path moved, and with it a name that was made of it: the rest is told by its likeness. */
const likeness: Keys = ({ request: text, hashes, detail }) => {
  const method = text.split(" ", 1)[0] ?? "";
  if (detail === undefined) return [hashes && JSON.stringify([method, hashes.description, hashes.input])];
  const { title, description, inputSchema } = detail.listing;
  return [JSON.stringify([method, title, description, inputSchema])];
};

/**
 * What makes two tools the same, the surest first, on the old side and on the new one. A key pairs only what has it
 * alone on both sides: of two operations that look the same none is taken for the other.
 */
const ways: readonly (readonly [before: Keys, after: Keys])[] = [
  [operation, operation],
  [operationId, operationId],
  [request, request],
  [calledNow, calledBefore],
  [calledBefore, calledNow],
  [toolName, toolName],
  [likeness, likeness],
];

/** Pairs the tools of two surfaces. */
export function pairTools<Tool extends SurfaceTool>(before: readonly Tool[], after: readonly Tool[]): Pairs<Tool> {
  const partners = new Map<Tool, Tool>();
  const taken = new Set<Tool>();
  let old = before;
  let fresh = after;
  const apis = [before, after].map((tools) => new Set(tools.map(({ api }) => api)));
  // Where each side has one API, it is the same, whatever it is called.
  const single = apis.every(({ size }) => size === 1);
  for (const [keysOfOld, keysOfFresh] of ways) {
    if (old.length === 0 || fresh.length === 0) break;
    const known = uniqueBy(old, keysOfOld, single);
    for (const [key, tool] of uniqueBy(fresh, keysOfFresh, single)) {
      const partner = known.get(key);
      if (partner === undefined || partners.has(tool) || taken.has(partner)) continue;
      partners.set(tool, partner);
      taken.add(partner);
    }
    old = old.filter((tool) => !taken.has(tool));
    fresh = fresh.filter((tool) => !partners.has(tool));
  }
  return {
    pairs: after.flatMap((tool) => {
      const partner = partners.get(tool);
      return partner === undefined ? [] : [{ before: partner, after: tool }];
    }),
    removed: old,
    added: fresh,
  };
}

function uniqueBy<Tool extends SurfaceTool>(
  tools: readonly Tool[],
  keysOf: Keys,
  single: boolean,
): ReadonlyMap<string, Tool> {
  const found = new Map<string, Tool | undefined>();
  for (const tool of tools) {
    for (const text of new Set(keysOf(tool))) {
      if (text === undefined) continue;
      const key = single ? text : JSON.stringify([tool.api, text]);
      found.set(key, found.has(key) ? undefined : tool);
    }
  }
  return new Map([...found].flatMap(([key, tool]) => (tool === undefined ? [] : [[key, tool] as const])));
}
