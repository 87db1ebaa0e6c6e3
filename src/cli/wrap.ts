/** Texts laid out for a terminal's width. Words are never broken; colours take no room. */
import stringWidth from "string-width";

/**
 * The text, each of its lines within a width where its words allow it. A further line is indented like what stands
 * behind the first word and two spaces, as in a list of two columns, else by two more than its line.
 *
 * @param width columns, `Infinity` where there is no limit
 */
export function wrapped(text: string, width: number): string {
  if (width === Infinity) return text;
  return text
    .split("\n")
    .flatMap((line) => wrappedLine(line, width))
    .join("\n");
}

function wrappedLine(line: string, width: number): readonly string[] {
  if (stringWidth(line) <= width) return [line];
  const [lead = ""] = /^ *(?:\S+ {2,})?/.exec(line) ?? [];
  const column = stringWidth(lead);
  const isColumn = lead.trim() !== "" && column <= width / 2;
  const hang = " ".repeat(isColumn ? column : lead.length - lead.trimStart().length + 2);
  return fill(line.slice(lead.length).match(/ *\S+/g) ?? [], width, lead, hang);
}

/** The text in lines of a width, broken also within long paths and names, behind `/`, `,`, `&`, `-` and `_`. */
export function wrappedCell(text: string, width: number): readonly string[] {
  return fill(text.match(/ *[^ /,&_-]*[/,&_-]?/g)?.filter((part) => part !== "") ?? [], width, "", "");
}

function fill(parts: readonly string[], width: number, lead: string, hang: string): readonly string[] {
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const part of parts) {
    if (!isEmpty && stringWidth(line + part) > width) {
      lines.push(line);
      line = hang + part.trimStart();
    } else line += part;
    isEmpty = false;
  }
  return [...lines, line];
}
