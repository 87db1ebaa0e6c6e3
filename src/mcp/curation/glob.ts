/** Globs, matched in time that grows with their length times that of the text, whatever they say. */

type Token =
  | { readonly kind: "character"; readonly character: string }
  /** Any number of characters, `/` among them only where `all` is set. */
  | { readonly kind: "any"; readonly all: boolean }
  /** The next so many tokens may be left out. */
  | { readonly kind: "optional"; readonly count: number };

/** `*` stands for a segment or a part of one, `**` for any number of segments: `/v1/**` also fits `/v1` itself. */
export function pathGlob(glob: string): (path: string) => boolean {
  const tokens = withoutEnd(glob)
    .split(/(\/\*\*(?=\/|$)|\*+)/)
    .flatMap((part): readonly Token[] => {
      if (part === "/**") return [{ kind: "optional", count: 2 }, ...characters("/"), { kind: "any", all: true }];
      return part.startsWith("*") ? [{ kind: "any", all: part.length > 1 }] : characters(part);
    });
  return (path) => matches(tokens, withoutEnd(path));
}

/** `*` stands for any characters. */
export function nameGlob(glob: string): (name: string) => boolean {
  const tokens = glob
    .split(/(\*+)/)
    .flatMap((part): readonly Token[] => (part.startsWith("*") ? [{ kind: "any", all: true }] : characters(part)));
  return (name) => matches(tokens, name);
}

/** `/pets/` and `/pets` are meant to be the same path. */
function withoutEnd(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function characters(text: string): readonly Token[] {
  return [...text].map((character) => ({ kind: "character", character }));
}

/** Follows all readings of the tokens at once: no reading is tried again. */
function matches(tokens: readonly Token[], text: string): boolean {
  let states = closure(new Set([0]), tokens);
  for (const character of text) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token?.kind === "character" && token.character === character) next.add(state + 1);
      if (token?.kind === "any" && (token.all || character !== "/")) next.add(state);
    }
    states = closure(next, tokens);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}

/** The states that are reached without a character. A set that grows while it is walked is walked to its end. */
function closure(states: Set<number>, tokens: readonly Token[]): Set<number> {
  for (const state of states) {
    const token = tokens[state];
    if (token?.kind === "any") states.add(state + 1);
    if (token?.kind === "optional") states.add(state + 1).add(state + 1 + token.count);
  }
  return states;
}
