/** The owner's `package.json` against what the runtime needs: what it lacks, and the same text with that added. */
import { defined } from "../base/defined.ts";
import { type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { type JsonObject, isObject, own, ownString, pointerTo } from "../base/json.ts";
import { visible } from "../base/visible.ts";

/** Where it is, relative to the project. */
export const packagePath = "package.json";

/** Something that the owner's file lacks. */
export interface PackageNeed {
  /** The object that it belongs to. */
  readonly section: Section;
  readonly name: string;
  readonly value: string;
  /** What stands there, where that is an earlier version. */
  readonly found?: string;
}

type Section = "dependencies" | "devDependencies" | "scripts";

/** Where a package may stand so that it is installed. */
const sectionsOfPackages = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;

/**
 * What the owner's file lacks of what the generator would write: packages that it does not name, or in a version
 * before the one that the runtime was tested with, and scripts. A later version, a tag, a folder or a URL is left as it
 * is. `undefined` where the text is no JSON object.
 */
export function packageNeeds(text: string, wanted: JsonObject): readonly PackageNeed[] | undefined {
  const found = parse(text);
  if (found === undefined) return undefined;
  const packages = (["dependencies", "devDependencies"] as const).flatMap((section) =>
    entriesOf(wanted, section).flatMap(([name, value]): PackageNeed[] => {
      const place = sectionsOfPackages.find((key) => ownString(own(found, key), name) !== undefined);
      if (place === undefined) return [{ section, name, value }];
      const range = ownString(own(found, place), name) ?? "";
      const isOwn = place === "dependencies" || place === "devDependencies";
      return isBefore(range, value) ? [{ section: isOwn ? place : section, name, value, found: range }] : [];
    }),
  );
  const scripts = entriesOf(wanted, "scripts").flatMap(([name, value]): PackageNeed[] =>
    own(own(found, "scripts"), name) === undefined ? [{ section: "scripts", name, value }] : [],
  );
  return [...packages, ...scripts];
}

/** One diagnostic for each need, with the line to write; one where the file cannot be read. */
export function packageDiagnostics(text: string, wanted: JsonObject): readonly Diagnostic[] {
  const needs = packageNeeds(text, wanted);
  if (needs === undefined)
    return [
      diagnosticAt("unreadable-package", packagePath, "The file is no JSON object, so that nothing can be told of it"),
    ];
  return needs.map(({ section, name, value, found }) => {
    const line = `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const message =
      found === undefined
        ? `"${section}" lacks ${line}`
        : `"${section}" has ${name} ${visible(found)}; the server needs ${line}`;
    const code = section === "scripts" ? "missing-script" : "missing-package";
    const at = lineOf(text, section);
    return diagnosticAt(code, packagePath, message, {
      pointer: pointerTo("", section, name),
      ...defined({ line: at }),
    });
  });
}

/**
 * The owner's text with what it lacks. Nothing is removed or made older, and all else keeps its bytes: order of keys,
 * indentation, line ends, empty lines.
 */
export async function updatePackage(text: string, needs: readonly PackageNeed[]): Promise<string> {
  const jsonc = await import("jsonc-parser");
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  return mark + needs.reduce((whole, need) => withNeed(whole, need, jsonc), text.slice(mark.length));
}

function withNeed(text: string, need: PackageNeed, jsonc: typeof import("jsonc-parser")): string {
  const { section, name, value } = need;
  const root = jsonc.parseTree(text);
  const properties = root === undefined ? [] : (jsonc.findNodeAtLocation(root, [section])?.children ?? []);
  const keys = properties.map((property): string => String(property.children?.[0]?.value));
  const known = properties[keys.indexOf(name)]?.children?.[1];
  const replaced = (from: number, length: number, by: string): string =>
    text.slice(0, from) + by + text.slice(from + length);
  if (known !== undefined) return replaced(known.offset, known.length, JSON.stringify(value));
  const last = properties.at(-1);
  if (last === undefined) return jsonc.applyEdits(text, jsonc.modify(text, [section, name], value, layoutOf(text)));
  // As its neighbour is written. npm keeps packages in the order of their names; scripts are in the owner's.
  const line = /^[ \t]*"(?:[^"\\]|\\.)*"([ \t]*:[ \t]*)/.exec(text.slice(last.offset))?.[1] ?? ": ";
  const entry = `${JSON.stringify(name)}${line}${JSON.stringify(value)}`;
  const isSorted = keys.every((key, index) => index === 0 || (keys[index - 1] ?? "") < key);
  const next = section === "scripts" || !isSorted ? undefined : properties[keys.findIndex((key) => key > name)];
  const gap = /\s*$/.exec(text.slice(0, (next ?? last).offset))?.[0] ?? "";
  return next === undefined
    ? replaced(last.offset + last.length, 0, `,${gap}${entry}`)
    : replaced(next.offset, 0, `${entry},${gap}`);
}

/** How a section that was not there is laid out. */
function layoutOf(text: string): import("jsonc-parser").ModificationOptions {
  const indentation = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const isTabbed = indentation.startsWith("\t");
  return {
    formattingOptions: {
      insertSpaces: !isTabbed,
      tabSize: isTabbed ? 1 : indentation.length,
      eol: text.includes("\r\n") ? "\r\n" : "\n",
    },
  };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function entriesOf(value: JsonObject, section: Section): readonly (readonly [string, string])[] {
  const entries = own(value, section);
  return Object.keys(entries ?? {}).flatMap((name) => {
    const text = ownString(entries, name);
    return text === undefined ? [] : [[name, text] as const];
  });
}

/** Line on which a section begins. */
function lineOf(text: string, section: Section): number | undefined {
  const at = new RegExp(`^[ \\t]*"${section}"[ \\t]*:`, "m").exec(text)?.index;
  return at === undefined ? undefined : text.slice(0, at).split("\n").length;
}

/**
 * Whether every version that a range allows comes before a version. Told of exact versions, `^` and `~` (the ranges
 * that npm writes); of anything else it is not known, so it is left alone.
 */
export function isBefore(range: string, version: string): boolean {
  const found = /^\s*([\^~=v]?)(\d+)\.(\d+)\.(\d+)\s*$/.exec(range);
  const wanted = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (found === null || wanted === null) return false;
  const [major = 0, minor = 0, patch = 0] = found.slice(2).map(Number);
  const target = wanted.slice(1).map(Number);
  switch (found[1]) {
    case "^":
      // Below 1.0.0 the first number that is not zero is the one that has to stay.
      if (major > 0) return compare(target, [major + 1, 0, 0]) >= 0;
      return compare(target, minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1]) >= 0;
    case "~":
      return compare(target, [major, minor + 1, 0]) >= 0;
    default:
      return compare(target, [major, minor, patch]) > 0;
  }
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, part] of one.entries()) {
    const difference = part - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
