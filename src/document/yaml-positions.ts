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
  const tree = new NodeTree(text);
  return { place: (tokens) => tree.place(tokens), repeatedKeys: () => tree.repeatedKeys() };
}

class NodeTree {
  readonly #text: string;
  readonly #root: Node;
  /** Containers by the object that they made, for aliases. */
  readonly #definitions = new Map<unknown, Node>();

  constructor(text: string) {
    this.#text = text;
    this.#root = this.#compose();
  }

  #compose(): Node {
    const top: Node = { line: 1, children: [], result: undefined };
    const open: Node[] = [top];
    const listener = (event: EventType, state: State): void => {
      if (event === "open") {
        open.push({ line: state.line + 1, children: [], result: undefined });
        return;
      }
      const node = open.pop();
      if (node === undefined) return;
      node.result = state.result;
      if (node.children.length > 0 && isContainer(node) && !this.#definitions.has(node.result))
        this.#definitions.set(node.result, node);
      open.at(-1)?.children.push(node);
    };
    readYaml(this.#text, { maximumDepth: 1000, uniqueKeys: false, listener });
    return top.children.at(-1) ?? top;
  }

  place(tokens: readonly string[]): Place {
    let current = { line: this.#root.line, node: this.#root };
    let found = 0;
    for (const token of tokens) {
      const next = this.#child(current.node, token);
      if (next === undefined) break;
      current = next;
      found += 1;
    }
    return { line: found === 0 ? firstLine(this.#text) : current.line, found };
  }

  repeatedKeys(): { pointer: string; key: string; line: number }[] {
    const repeated: { pointer: string; key: string; line: number }[] = [];
    const visit = (node: Node, pointer: string): void => {
      if (node.children.length === 0 || !isContainer(node)) return;
      if (Array.isArray(node.result)) {
        this.#container(node).children.forEach((element, index) => visit(element, pointerTo(pointer, index)));
        return;
      }
      const keys = new Set<string>();
      for (const { key, line, value } of this.#members(node)) {
        if (keys.has(key) && key !== "<<") repeated.push({ pointer: pointerTo(pointer, key), key, line });
        keys.add(key);
        visit(value, pointerTo(pointer, key));
      }
    };
    visit(this.#root, "");
    return repeated;
  }

  #child(node: Node, token: string): { readonly line: number; readonly node: Node } | undefined {
    if (Array.isArray(node.result)) {
      const element = this.#container(node).children[Number(token)];
      return element === undefined ? undefined : { line: element.line, node: element };
    }
    if (!isContainer(node)) return undefined;
    const members = this.#members(node);
    const own = members.findLast((member) => member.key === token);
    if (own !== undefined) return { line: own.line, node: own.value };
    for (const { value } of members.filter((member) => member.key === "<<")) {
      for (const source of Array.isArray(value.result) ? this.#container(value).children : [value]) {
        const inherited = this.#child(source, token);
        if (inherited !== undefined) return inherited;
      }
    }
    return undefined;
  }

  #members(node: Node): Member[] {
    const children = this.#container(node).children;
    const found: Member[] = [];
    for (let index = 0; index + 1 < children.length; index += 2) {
      const key = children[index];
      const value = children[index + 1];
      if (key !== undefined && value !== undefined) found.push({ key: String(key.result), line: key.line, value });
    }
    return found;
  }

  /** The node that holds the entries: js-yaml first reads a flow collection as if it were a key, and an alias has none. */
  #container(node: Node): Node {
    const [only] = node.children;
    if (node.children.length === 1 && only !== undefined && only.result === node.result) return this.#container(only);
    return node.children.length === 0 ? (this.#definitions.get(node.result) ?? node) : node;
  }
}

function isContainer({ result }: Node): boolean {
  return typeof result === "object" && result !== null;
}

/** The line of the first content: behind comments and the start of the document. */
function firstLine(text: string): number {
  const lines = text.split("\n", 1000);
  const first = lines.findIndex((line) => !/^\s*(?:#.*|%.*|---\s*(?:#.*)?)?\r?$/.test(line));
  return first < 0 ? 1 : first + 1;
}
