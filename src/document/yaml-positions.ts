import type { EventType, State } from "js-yaml";
import { pointerTo } from "../base/json.ts";
import type { Place, Positions } from "./positions.ts";
import { readYaml } from "./yaml.ts";

/** A node as js-yaml composed it, with the nodes that it composed on the way. */
interface Node {
  readonly line: number;
  readonly children: Node[];
  result: unknown;
}

interface Member {
  readonly key: string;
  readonly line: number;
  readonly value: Node;
}

export interface YamlPositions extends Positions {
  /** Keys that an object has more than once, each at its last place. */
  readonly repeatedKeys: () => readonly { readonly pointer: string; readonly key: string; readonly line: number }[];
}

/**
 * Positions in valid YAML text, from a second reading that listens to the parser. Only for documents with something to
 * report: it costs about one and a half times the first reading.
 */
export function yamlPositions(text: string): YamlPositions {
  const top: Node = { line: 1, children: [], result: undefined };
  const open: Node[] = [top];
  /** Containers by the object that they made, for aliases. */
  const definitions = new Map<unknown, Node>();
  const listener = (event: EventType, state: State): void => {
    if (event === "open") {
      open.push({ line: state.line + 1, children: [], result: undefined });
      return;
    }
    const node = open.pop();
    if (node === undefined) return;
    node.result = state.result;
    if (
      node.children.length > 0 &&
      typeof node.result === "object" &&
      node.result !== null &&
      !definitions.has(node.result)
    )
      definitions.set(node.result, node);
    open.at(-1)?.children.push(node);
  };
  readYaml(text, { maximumDepth: 1000, uniqueKeys: false, listener });
  const root = top.children.at(-1) ?? top;

  /** The node that holds the entries: js-yaml first reads a flow collection as if it were a key, and an alias has none. */
  const container = (node: Node): Node => {
    const [only] = node.children;
    if (node.children.length === 1 && only !== undefined && only.result === node.result) return container(only);
    return node.children.length === 0 ? (definitions.get(node.result) ?? node) : node;
  };

  const members = (node: Node): Member[] => {
    const children = container(node).children;
    const found: Member[] = [];
    for (let index = 0; index + 1 < children.length; index += 2) {
      const key = children[index];
      const value = children[index + 1];
      if (key !== undefined && value !== undefined) found.push({ key: String(key.result), line: key.line, value });
    }
    return found;
  };

  const child = (node: Node, token: string): { readonly line: number; readonly node: Node } | undefined => {
    if (Array.isArray(node.result)) {
      const element = container(node).children[Number(token)];
      return element === undefined ? undefined : { line: element.line, node: element };
    }
    if (typeof node.result !== "object" || node.result === null) return undefined;
    const all = members(node);
    const own = all.findLast((member) => member.key === token);
    if (own !== undefined) return { line: own.line, node: own.value };
    for (const merged of all.filter((member) => member.key === "<<")) {
      for (const source of Array.isArray(merged.value.result) ? container(merged.value).children : [merged.value]) {
        const inherited = child(source, token);
        if (inherited !== undefined) return inherited;
      }
    }
    return undefined;
  };

  const place = (tokens: readonly string[]): Place => {
    let current = { line: root.line, node: root };
    let found = 0;
    for (const token of tokens) {
      const next = child(current.node, token);
      if (next === undefined) break;
      current = next;
      found += 1;
    }
    return { line: found === 0 ? firstLine(text) : current.line, found };
  };

  const repeatedKeys = (): { pointer: string; key: string; line: number }[] => {
    const repeated: { pointer: string; key: string; line: number }[] = [];
    const visit = (node: Node, pointer: string): void => {
      if (node.children.length === 0 || typeof node.result !== "object" || node.result === null) return;
      if (Array.isArray(node.result)) {
        container(node).children.forEach((element, index) => visit(element, pointerTo(pointer, index)));
        return;
      }
      const seen = new Set<string>();
      for (const { key, line, value } of members(node)) {
        if (seen.has(key) && key !== "<<") repeated.push({ pointer: pointerTo(pointer, key), key, line });
        seen.add(key);
        visit(value, pointerTo(pointer, key));
      }
    };
    visit(root, "");
    return repeated;
  };

  return { place, repeatedKeys };
}

/** The line of the first content: behind comments and the start of the document. */
function firstLine(text: string): number {
  const lines = text.split("\n", 1000);
  const first = lines.findIndex((line) => !/^\s*(?:#.*|%.*|---\s*(?:#.*)?)?\r?$/.test(line));
  return first < 0 ? 1 : first + 1;
}
