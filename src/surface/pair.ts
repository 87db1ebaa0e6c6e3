/** Which tool of one surface is which of another: by the operation that it calls, not by its name. */
import { pointerTokens } from "../json.ts";
import type { SurfaceTool } from "./surface.ts";

export interface Pairs {
  readonly pairs: readonly { readonly before: SurfaceTool; readonly after: SurfaceTool }[];
  /** In the order of the old list. */
  readonly removed: readonly SurfaceTool[];
  /** In the order of the new list. */
  readonly added: readonly SurfaceTool[];
}

/** A text that is the same for tools that are the same. `api` is empty where each side has one API, whatever its name. */
type Key = (tool: SurfaceTool, api: string) => string | undefined;

/**
 * What makes two tools the same, the surest first. A key pairs only what has it alone on both sides: of two operations
 * that look the same none is taken for the other.
 */
const keys: readonly Key[] = [
  ({ pointer, operationId }, api) => JSON.stringify([api, pointer, operationId ?? ""]),
  ({ operationId }, api) => (operationId === undefined ? undefined : JSON.stringify([api, operationId])),
  ({ pointer }, api) => JSON.stringify([api, pointer]),
  ({ name }) => name,
  ({ pointer, hashes, detail }, api) => {
    // The path moved, and with it a name that was made of it: the rest is told by its likeness.
    const method = pointerTokens(pointer).at(-1) ?? "";
    if (detail === undefined) return hashes && JSON.stringify([api, method, hashes.description, hashes.input]);
    const { title, description, inputSchema } = detail.listing;
    return JSON.stringify([api, method, title, description, inputSchema]);
  },
];

/** Pairs the tools of two surfaces. */
export function pairTools(before: readonly SurfaceTool[], after: readonly SurfaceTool[]): Pairs {
  const partners = new Map<SurfaceTool, SurfaceTool>();
  let old = before;
  let fresh = after;
  const single = [before, after].every((tools) => new Set(tools.map(({ api }) => api)).size === 1);
  for (const key of keys) {
    if (old.length === 0 || fresh.length === 0) break;
    const textOf = (tool: SurfaceTool): string | undefined => key(tool, single ? "" : tool.api);
    const known = uniqueBy(old, textOf);
    for (const [text, tool] of uniqueBy(fresh, textOf)) {
      const partner = known.get(text);
      if (partner !== undefined) partners.set(tool, partner);
    }
    const taken = new Set(partners.values());
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

function uniqueBy(
  tools: readonly SurfaceTool[],
  textOf: (tool: SurfaceTool) => string | undefined,
): ReadonlyMap<string, SurfaceTool> {
  const found = new Map<string, SurfaceTool | undefined>();
  for (const tool of tools) {
    const text = textOf(tool);
    if (text !== undefined) found.set(text, found.has(text) ? undefined : tool);
  }
  return new Map([...found].flatMap(([text, tool]) => (tool === undefined ? [] : [[text, tool] as const])));
}
