/** `toolsets` of the configuration file: its form, and what it says. */
import { defined } from "../base/defined.ts";
import type { Report } from "../base/diagnostics.ts";
import { type Json, isObject, own, ownNumber, ownString, ownTexts, pointerTo } from "../base/json.ts";
import type { ToolsetWish } from "../mcp/curation/curation.ts";
import type { PlaceOf } from "./curation.ts";
import { selectorsShape } from "./curation-shape.ts";
import { listModes, listShape } from "./list-shape.ts";
import { selectorsOf } from "./selector.ts";
import { boolean, number, type Shape, text, texts } from "./shape.ts";

/** By name, what a toolset holds and lists. */
export const toolsetsShape: Shape = {
  kind: "names",
  of: {
    kind: "fields",
    fields: [
      { key: "include", shape: selectorsShape, description: "Only operations that one of these fits; default: all" },
      { key: "exclude", shape: selectorsShape, description: "No operations that one of these fits" },
      { key: "read-only", shape: boolean, default: false, description: "No operations that change something" },
      { key: "description", shape: text, description: "What it is for: the first words that a model reads of it" },
      { key: "list", shape: listShape, default: "auto", description: "Which of its tools are listed, as list" },
      { key: "budget", shape: number, description: "Estimated tokens of its list, as budget" },
      { key: "max-tools", shape: number, description: "Tools that it lists at most, as max-tools" },
      {
        key: "custom",
        shape: texts,
        description: "Tools, resources and prompts of src/custom.ts that it has, by name; default: none",
      },
    ],
  },
};

/** The toolsets that a file names, whose form is checked already; `undefined` where it names none. */
export function toolsetsOf(
  value: Json | undefined,
  placeOf: PlaceOf,
  report: Report,
): readonly ToolsetWish[] | undefined {
  if (!isObject(value)) return undefined;
  return Object.keys(value).map((name) => {
    const said = own(value, name) ?? null;
    const pointer = pointerTo("/toolsets", name);
    const selectors = (key: string): ToolsetWish["include"] =>
      selectorsOf(own(said, key), pointerTo(pointer, key), placeOf, report) ?? [];
    const description = ownString(said, "description");
    const mode = listModes.find((known) => known === own(said, "list"));
    const budget = ownNumber(said, "budget");
    const maxTools = ownNumber(said, "max-tools");
    return {
      name,
      include: selectors("include"),
      exclude: selectors("exclude"),
      readOnly: own(said, "read-only") === true,
      ...defined({ description }),
      list: defined({ mode, budget, maxTools }),
      custom: ownTexts(said, "custom") ?? [],
      place: placeOf(pointer),
    };
  });
}
