/** TypeScript types as a tree, and their text as Prettier would lay it out. */
import { jsDoc } from "./comment.ts";
import { asciiString } from "./json.ts";
import {
  WIDTH,
  group,
  hardline,
  ifBroken,
  indent,
  indentIfBroken,
  join,
  layOut,
  line,
  softline,
  type Layout,
} from "./text-layout.ts";

export type TypeNode =
  /** A keyword such as `string`, or a literal. */
  | { readonly kind: "word"; readonly text: string }
  /** Another declaration of the same file. */
  | { readonly kind: "reference"; readonly name: string }
  | { readonly kind: "array"; readonly item: TypeNode }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  | { readonly kind: "union"; readonly types: readonly TypeNode[] }
  | { readonly kind: "intersection"; readonly types: readonly TypeNode[] };

export type Member =
  | {
      readonly kind: "property";
      readonly name: string;
      readonly optional: boolean;
      readonly type: TypeNode;
      readonly description: string | undefined;
      readonly deprecated: boolean;
    }
  /** `[key: string]: type` */
  | { readonly kind: "index"; readonly type: TypeNode };

export const unknown: TypeNode = { kind: "word", text: "unknown" };
export const never: TypeNode = { kind: "word", text: "never" };

export function word(text: string): TypeNode {
  return { kind: "word", text };
}

export function isWord(type: TypeNode, text: string): boolean {
  return type.kind === "word" && type.text === text;
}

/** A literal type. Text is ASCII, in double quotes, without a double quote inside. */
export function literal(value: string | number | boolean | null): TypeNode {
  if (typeof value === "string") return word(stringLiteral(value));
  return word(typeof value === "number" ? String(value === 0 ? 0 : value).replace("e+", "e") : String(value));
}

/** Escaping the inner quotes as characters keeps every formatter from choosing other quotes. */
function stringLiteral(text: string): string {
  const parts = text.split('"').map((part) => asciiString(part).slice(1, -1));
  return `"${parts.join("\\u0022")}"`;
}

/** Any of the types: flat, each once, without what another one covers. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  if (types.length === 1) return types[0] ?? never;
  const flat = types
    .flatMap((type) => (type.kind === "union" ? type.types : [type]))
    .filter((type) => !isWord(type, "never"));
  if (flat.some((type) => isWord(type, "unknown"))) return unknown;
  const words = new Set(flat.map((type) => (type.kind === "word" ? type.text : "")));
  const covers = words.has("string") || words.has("number") || words.has("boolean");
  const members = distinct(flat).filter((type) => !(covers && type.kind === "word" && isCovered(type.text, words)));
  const [first, ...more] = members;
  if (first === undefined) return never;
  return more.length === 0 ? first : { kind: "union", types: members };
}

function isCovered(text: string, words: ReadonlySet<string>): boolean {
  if (text.startsWith('"')) return words.has("string");
  if (/^-?\d/.test(text)) return words.has("number");
  return (text === "true" || text === "false") && words.has("boolean");
}

/** All of the types: flat, each once, names before objects before unions, since the order means nothing and this one reads best. */
export function intersectionOf(types: readonly TypeNode[]): TypeNode {
  if (types.length === 1) return types[0] ?? unknown;
  const flat = types
    .flatMap((type) => (type.kind === "intersection" ? type.types : [type]))
    .filter((type) => !isWord(type, "unknown"));
  if (flat.some((type) => isWord(type, "never"))) return never;
  const kept = distinct(flat);
  const ordered = [
    ...kept.filter((type) => type.kind !== "object" && type.kind !== "union"),
    ...kept.filter((type) => type.kind === "object"),
    ...kept.filter((type) => type.kind === "union"),
  ];
  const [first, ...more] = ordered;
  if (first === undefined) return unknown;
  return more.length === 0 ? first : { kind: "intersection", types: ordered };
}

function distinct(types: readonly TypeNode[]): readonly TypeNode[] {
  const seen = new Set<string>();
  return types.filter((type) => {
    if (type.kind !== "word" && type.kind !== "reference") return true;
    const key = type.kind === "word" ? type.text : `reference ${type.name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Whether a formatter might lay the type out in another way than `declaration` does: intersections of nothing but unions. */
export function isLaidOutOtherwise(type: TypeNode): boolean {
  switch (type.kind) {
    case "word":
    case "reference":
      return false;
    case "array":
      return isLaidOutOtherwise(type.item);
    case "object":
      return type.members.some((member) => isLaidOutOtherwise(member.type));
    case "union":
      return type.types.some(isLaidOutOtherwise);
    case "intersection":
      return type.types[0]?.kind === "union" || type.types.some(isLaidOutOtherwise);
    default:
      return type satisfies never;
  }
}

/** `export interface Name { … }` for an object, else `export type Name = …;`. */
export function declarationText(name: string, type: TypeNode, comment: readonly string[]): string {
  const head = comment.map((text) => `${text}\n`).join("");
  if (type.kind === "object") return `${head}export interface ${name} ${objectText(type.members, 0)}`;
  if (type.kind === "word" || type.kind === "reference") {
    const alias = `export type ${name} = ${type.kind === "word" ? type.text : type.name};`;
    if (alias.length <= WIDTH) return `${head}${alias}`;
  }
  return `${head}${layOut(group([group(["export type ", name, " ="]), assigned(type), ";"]))}`;
}

/**
 * An object's text: a member on each line. It is what `objectLayout` says, without the search for the best layout
 * where there is only one; thousands of types are nothing else.
 */
function objectText(members: readonly Member[], columns: number): string {
  if (members.length === 0) return "{}";
  return `{\n${members.map((member) => memberText(member, columns + 2)).join("")}${" ".repeat(columns)}}`;
}

function memberText(member: Member, columns: number): string {
  const margin = " ".repeat(columns);
  let comment = "";
  for (const text of commentOf(member)) comment += `${margin}${text}\n`;
  const key = member.kind === "index" ? "[key: string]:" : keyOf(member);
  const value = plainText(member.type, columns);
  if (value === undefined) return `${comment}${margin}${layOut(bareMemberLayout(member), columns)}\n`;
  const text = `${margin}${key} ${value};`;
  // Only the brackets of an index signature may break where its value cannot.
  const isAtom = member.kind !== "index" && (member.type.kind === "word" || member.type.kind === "reference");
  if (isAtom || firstLineFits(text)) return `${comment}${text}\n`;
  return `${comment}${margin}${layOut(bareMemberLayout(member), columns)}\n`;
}

function firstLineFits(text: string): boolean {
  if (text.length <= WIDTH) return true;
  const end = text.indexOf("\n");
  return end >= 0 && end <= WIDTH;
}

/** The text of a type that leaves a formatter no choice but the width of the line; `undefined` for any other. */
function plainText(type: TypeNode, columns: number): string | undefined {
  switch (type.kind) {
    case "word":
      return type.text;
    case "reference":
      return type.name;
    case "object":
      return objectText(type.members, columns);
    case "array":
      return type.item.kind === "union" || type.item.kind === "intersection"
        ? undefined
        : suffixed(plainText(type.item, columns), "[]");
    case "union":
      return hugs(type) || type.types.every((item) => item.kind === "word" || item.kind === "reference")
        ? type.types.map((item) => plainText(item, columns)).join(" | ")
        : undefined;
    case "intersection":
      return undefined;
    default:
      return type satisfies never;
  }
}

function suffixed(text: string | undefined, suffix: string): string | undefined {
  return text === undefined ? undefined : `${text}${suffix}`;
}

function assigned(type: TypeNode): Layout {
  if (type.kind === "union" && !hugs(type)) return group(indent([line, unionLines(type.types)]));
  const id = Symbol("assignment");
  return [group(indent(line), id), indentIfBroken(typeLayout(type), id)];
}

function typeLayout(type: TypeNode): Layout {
  switch (type.kind) {
    case "word":
      return type.text;
    case "reference":
      return type.name;
    case "array":
      return type.item.kind === "union" || type.item.kind === "intersection"
        ? [inParentheses(type.item), "[]"]
        : [typeLayout(type.item), "[]"];
    case "object":
      return objectLayout(type.members);
    case "union":
      return hugs(type) ? hugged(type.types) : unionLines(type.types);
    case "intersection":
      return intersectionLayout(type.types);
    default:
      return type satisfies never;
  }
}

function inParentheses(type: TypeNode): Layout {
  if (type.kind !== "union") return ["(", typeLayout(type), ")"];
  if (hugs(type)) return ["(", hugged(type.types), ")"];
  return ["(", group([indent([softline, unionLines(type.types)]), softline]), ")"];
}

/** One object (or a name, which may be one) or `null`: Prettier keeps that on the line of its key. */
function hugs(type: { readonly types: readonly TypeNode[] }): boolean {
  const others = type.types.filter((item) => !isWord(item, "null"));
  return others.length === 1 && others.every((item) => item.kind === "object" || item.kind === "reference");
}

function hugged(types: readonly TypeNode[]): Layout {
  return join(" | ", types.map(typeLayout));
}

function unionLines(types: readonly TypeNode[]): Layout {
  const members = types.map((type) => indent(type.kind === "intersection" ? inParentheses(type) : typeLayout(type)));
  return group([ifBroken("| "), join([line, "| "], members)]);
}

function intersectionLayout(types: readonly TypeNode[]): Layout {
  let indented = false;
  const parts = types.map((type, index): Layout => {
    const text = type.kind === "union" ? inParentheses(type) : typeLayout(type);
    const before = types[index - 1];
    if (before === undefined) return text;
    if (before.kind !== "object" && type.kind !== "object") return indent([" &", line, text]);
    if (before.kind === "object" && type.kind === "object") return [" & ", indented ? indent(text) : text];
    if (index > 1) indented = true;
    return [" & ", index > 1 ? indent(text) : text];
  });
  return group(parts);
}

function objectLayout(members: readonly Member[]): Layout {
  if (members.length === 0) return "{}";
  return group(["{", indent(members.map((member) => [hardline, memberLayout(member)])), hardline, "}"]);
}

function memberLayout(member: Member): Layout {
  return [commentOf(member).map((text) => [text, hardline]), bareMemberLayout(member)];
}

function bareMemberLayout(member: Member): Layout {
  const key =
    member.kind === "index" ? [group(["[", indent([softline, "key: string"]), softline, "]"]), ":"] : keyOf(member);
  return [key, valueLayout(member.type), ";"];
}

function commentOf(member: Member): readonly string[] {
  return member.kind === "index" ? [] : jsDoc(member.description, member.deprecated ? ["@deprecated"] : []);
}

function keyOf(member: Extract<Member, { kind: "property" }>): string {
  const name = /^[A-Za-z_$][\w$]*$/.test(member.name) ? member.name : stringLiteral(member.name);
  return `${name}${member.optional ? "?:" : ":"}`;
}

function valueLayout(type: TypeNode): Layout {
  if (type.kind === "union" && !hugs(type)) return group(indent([line, unionLines(type.types)]));
  return [" ", typeLayout(type)];
}
