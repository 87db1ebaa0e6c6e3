/** The difference of two surfaces in one line: `2 tools added, 1 removed (list_pets): major`. */
import { visible } from "../base/visible.ts";
import type { DifferenceKind } from "./difference.ts";
import type { SurfaceDiff } from "./diff.ts";

/** What is counted together, in this order; what is named is worth a look by itself. */
const counted: readonly (readonly [kinds: readonly DifferenceKind[], one: string, several: string, named?: "named"])[] =
  [
    [["tool-removed"], "tool removed", "tools removed", "named"],
    [["tool-renamed", "tool-renamed-with-alias"], "tool renamed", "tools renamed", "named"],
    [["tool-replaced"], "name reused", "names reused", "named"],
    [["tool-added"], "tool added", "tools added"],
    [["tool-moved"], "tool moved", "tools moved"],
    [["tool-found"], "tool found and no longer listed", "tools found and no longer listed", "named"],
    [["tool-listed"], "tool listed that was found", "tools listed that were found", "named"],
    [["list-changed"], "list of another kind", "lists of another kind"],
    [["toolset-removed"], "toolset removed", "toolsets removed", "named"],
    [["toolset-added"], "toolset added", "toolsets added", "named"],
    [["toolset-tool-removed", "toolset-tool-added"], "tool in or out of a toolset", "tools in or out of toolsets"],
    [["alias-added"], "alias added", "aliases added"],
    [["alias-removed"], "alias removed", "aliases removed"],
    [
      [
        "required-argument-added",
        "argument-required",
        "argument-removed",
        "argument-renamed",
        "argument-replaced",
        "argument-narrowed",
        "argument-changed",
      ],
      "argument broken",
      "arguments broken",
    ],
    [["argument-added", "argument-optional", "argument-widened"], "argument widened", "arguments widened"],
    [["argument-default"], "default changed", "defaults changed"],
    [["input-changed"], "input changed", "inputs changed"],
    [["hint-riskier", "hint-safer", "hints-changed"], "hint changed", "hints changed"],
    [
      [
        "output-described-now",
        "output-not-described",
        "output-field-added",
        "output-field-removed",
        "output-field-type",
        "output-changed",
      ],
      "output changed",
      "outputs changed",
    ],
    [["credentials-required", "credentials-eased"], "tool with other credentials", "tools with other credentials"],
    [["description-changed", "text-changed"], "description changed", "descriptions changed"],
    [["title-changed"], "title changed", "titles changed"],
    [["argument-described", "output-field-described"], "note reworded", "notes reworded"],
    [["resource-added"], "resource added", "resources added"],
    [["resource-removed"], "resource removed", "resources removed"],
    [
      ["resource-moved", "resource-widened", "resource-type", "resource-described"],
      "resource changed",
      "resources changed",
    ],
    [["prompt-added"], "prompt added", "prompts added"],
    [["prompt-removed"], "prompt removed", "prompts removed"],
    [["prompt-argument", "prompt-argument-added", "prompt-described"], "prompt changed", "prompts changed"],
    [["server-renamed"], "server renamed", "servers renamed"],
    [["server-described"], "text of the server changed", "texts of the server changed"],
    [["egress-moved", "egress-added", "egress-removed"], "destination changed", "destinations changed"],
  ];

/** Names that are shown behind a count. */
const mostNames = 3;

/** One line; `no difference` where there is none. */
export function summaryLine(diff: Pick<SurfaceDiff, "differences" | "verdict">): string {
  const parts = counted.flatMap(([kinds, one, several, named]) => {
    const found = diff.differences.filter(({ kind }) => kinds.includes(kind));
    if (found.length === 0) return [];
    const names = [...new Set(found.map(({ subject }) => visible(subject.name)))];
    const more = names.length > mostNames ? ", …" : "";
    const list = named === undefined ? "" : ` (${names.slice(0, mostNames).join(", ")}${more})`;
    return [`${found.length} ${found.length === 1 ? one : several}${list}`];
  });
  return parts.length === 0 ? "no difference" : `${parts.join(", ")}: ${diff.verdict}`;
}
