import { pointerTokens } from "../base/json.ts";

/**
 * Names that a type may not have: they would shadow what a reader, or the compiler, takes for something else.
 * Keywords of TypeScript, and global types.
 */
const reserved = new Set(
  (
    "any array arraybuffer arguments asserts async await bigint boolean break buffer case catch class const constructor continue date " +
    "debugger declare default delete do else enum error eval export extends false finally for from function get global if implements " +
    "import in infer instanceof interface intl iterator json keyof let map math module namespace never new null number object of " +
    "package partial pick private process promise protected prototype proxy public readonly record reflect regexp request require " +
    "required response return satisfies set static string super switch symbol this throw true try type typeof undefined unique " +
    "unknown url var void weakmap weakset while with yield exclude extract omit nonnullable parameters returntype tools headers " +
    "event file blob formdata"
  ).split(" "),
);

/** Hands out TypeScript identifiers for types, each once. The same wishes in the same order give the same names. */
export class TypeNames {
  readonly #taken = new Set<string>();
  /** By the first wish, the first number that may be free: below it, all are taken. */
  readonly #next = new Map<string, number>();

  /** A free identifier close to the wish: `pet-item` becomes `PetItem`, a second one `PetItem2`. */
  allocate(wish: string): string {
    const base = identifier(wish);
    const wished = base.toLowerCase();
    let name = base;
    let number = this.#next.get(wished) ?? 2;
    for (; this.#taken.has(name.toLowerCase()) || reserved.has(name.toLowerCase()); number++) {
      name = reserved.has(wished) && number === 2 ? `${base}Schema` : `${base}${number}`;
    }
    this.#next.set(wished, number);
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

function identifier(wish: string): string {
  const plain = /[^\x00-\x7f]/.test(wish) ? wish.normalize("NFKD").replace(/\p{M}/gu, "") : wish;
  const words = plain.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")
    .slice(0, 80);
  if (joined === "") return "Unnamed";
  return /^[0-9]/.test(joined) ? `Type${joined}` : joined;
}

/** Fields and keywords on the way to a schema that tell nothing of it. */
const unspeaking = new Set(
  "schema items properties allOf anyOf oneOf additionalProperties content $defs definitions".split(" "),
);

/** What to call a schema by the place where it stands: its component's name, or the last name on the way. */
export function typeNameWish(pointer: string): string {
  const tokens = pointerTokens(pointer);
  if (tokens[0] === "components" && tokens.length === 3) return tokens[2] ?? "";
  const telling = tokens.filter((token) => !unspeaking.has(token) && !/^\d+$/.test(token));
  return telling.slice(-2).join(" ");
}
