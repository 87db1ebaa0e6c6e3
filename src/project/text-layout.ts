/**
 * Lays text out in lines of at most 80 columns: groups stay on one line where they fit, else their lines break. The
 * algorithm is the one of Prettier (after Wadler, "A prettier printer"), so that what it prints is what Prettier leaves.
 */

/** Columns of a line. */
export const WIDTH = 80;

export type Layout =
  | string
  | readonly Layout[]
  | { readonly kind: "group"; readonly content: Layout; readonly broken: boolean; readonly id?: symbol }
  | { readonly kind: "indent"; readonly columns: number; readonly content: Layout; readonly onlyIfBroken?: symbol }
  | { readonly kind: "line"; readonly flat: string; readonly hard: boolean }
  | { readonly kind: "ifBroken"; readonly content: Layout };

/** A space, or a new line where its group breaks. */
export const line: Layout = { kind: "line", flat: " ", hard: false };
/** Nothing, or a new line where its group breaks. */
export const softline: Layout = { kind: "line", flat: "", hard: false };
/** A new line, which breaks all groups around it. */
export const hardline: Layout = { kind: "line", flat: "", hard: true };

export function group(content: Layout, id?: symbol): Layout {
  return { kind: "group", content, broken: hasHardline(content), id };
}

export function indent(content: Layout, columns = 2): Layout {
  return { kind: "indent", columns, content };
}

/** Indented where the group of this id broke. */
export function indentIfBroken(content: Layout, id: symbol): Layout {
  return { kind: "indent", columns: 2, content, onlyIfBroken: id };
}

/** Only where the group around it breaks. */
export function ifBroken(content: Layout): Layout {
  return { kind: "ifBroken", content };
}

export function join(separator: Layout, items: readonly Layout[]): Layout {
  return items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
}

function hasHardline(layout: Layout): boolean {
  if (typeof layout === "string") return false;
  if (isList(layout)) return layout.some(hasHardline);
  switch (layout.kind) {
    case "group":
      return layout.broken;
    case "indent":
    case "ifBroken":
      return hasHardline(layout.content);
    case "line":
      return layout.hard;
    default:
      return layout satisfies never;
  }
}

function isList(layout: Exclude<Layout, string>): layout is readonly Layout[] {
  return Array.isArray(layout);
}

interface Command {
  readonly indent: number;
  readonly flat: boolean;
  readonly layout: Layout;
}

/**
 * The text, its lines separated by line feeds and without spaces at their ends.
 *
 * @param columns how far the text is indented: its first line is taken to begin there, the others are indented
 */
export function layOut(layout: Layout, columns = 0): string {
  const parts: string[] = [];
  const brokenGroups = new Map<symbol, boolean>();
  const commands: Command[] = [{ indent: columns, flat: false, layout }];
  let column = columns;
  for (let command = commands.pop(); command !== undefined; command = commands.pop()) {
    const current = command.layout;
    if (typeof current === "string") {
      parts.push(current);
      column += current.length;
    } else if (isList(current)) {
      pushAll(commands, current, command);
    } else {
      switch (current.kind) {
        case "group": {
          const flatCommand = { indent: command.indent, flat: true, layout: current.content };
          const flat = !current.broken && (command.flat || fits(flatCommand, commands, WIDTH - column));
          if (current.id !== undefined) brokenGroups.set(current.id, !flat);
          commands.push({ ...flatCommand, flat });
          break;
        }
        case "indent":
          commands.push({
            indent: command.indent + columnsOf(current, brokenGroups),
            flat: command.flat,
            layout: current.content,
          });
          break;
        case "ifBroken":
          if (!command.flat) commands.push({ ...command, layout: current.content });
          break;
        case "line":
          if (command.flat && !current.hard) {
            parts.push(current.flat);
            column += current.flat.length;
          } else {
            parts.push(`\n${" ".repeat(command.indent)}`);
            column = command.indent;
          }
          break;
        default:
          current satisfies never;
      }
    }
  }
  const text = parts.join("");
  // From where a run of spaces begins only: looking again at each of its spaces takes the square of the time.
  return text.includes(" \n") || text.endsWith(" ") ? text.replace(/(?<! ) +$/gm, "") : text;
}

function columnsOf(
  indentation: { readonly columns: number; readonly onlyIfBroken?: symbol },
  brokenGroups: ReadonlyMap<symbol, boolean>,
): number {
  return indentation.onlyIfBroken === undefined || brokenGroups.get(indentation.onlyIfBroken) === true
    ? indentation.columns
    : 0;
}

function pushAll(commands: Command[], items: readonly Layout[], like: Command): void {
  for (let index = items.length - 1; index >= 0; index--) {
    commands.push({ indent: like.indent, flat: like.flat, layout: items[index] ?? "" });
  }
}

/** Whether the command, and what follows up to the next line that breaks, fits in the columns. */
function fits(first: Command, following: readonly Command[], columns: number): boolean {
  let rest = following.length;
  let room = columns;
  const commands: Command[] = [first];
  while (room >= 0) {
    const command = commands.pop() ?? following[--rest];
    if (command === undefined) return true;
    const current = command.layout;
    if (typeof current === "string") room -= current.length;
    else if (isList(current)) pushAll(commands, current, command);
    else {
      switch (current.kind) {
        case "group":
          commands.push({ ...command, flat: command.flat && !current.broken, layout: current.content });
          break;
        case "indent":
          commands.push({ ...command, layout: current.content });
          break;
        case "ifBroken":
          if (!command.flat) commands.push({ ...command, layout: current.content });
          break;
        case "line":
          if (!command.flat || current.hard) return true;
          room -= current.flat.length;
          break;
        default:
          current satisfies never;
      }
    }
  }
  return false;
}
