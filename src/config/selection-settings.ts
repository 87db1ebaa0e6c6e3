/** Which operations become tools, and which tools are listed. */
import { targetNames } from "../mcp/plan/targets.ts";
import { portableCaps } from "../mcp/plan/list-plan.ts";
import { selectorsShape } from "./curation-shape.ts";
import { foldShape, listShape, targetShape } from "./list-shape.ts";
import { toolsetsShape } from "./toolsets.ts";
import { workflowsShape } from "./workflow-shape.ts";
import { reading, type Setting } from "./setting.ts";

export const selectionSettings = [
  {
    flag: "include",
    key: "select.include",
    type: "strings",
    shape: selectorsShape,
    group: "Selection",
    description: "Make tools only of operations that this fits, such as tag:pets; repeatable",
    commands: reading,
  },
  {
    flag: "exclude",
    key: "select.exclude",
    type: "strings",
    shape: selectorsShape,
    group: "Selection",
    description: "Make no tools of operations that this fits, such as deprecated; repeatable",
    commands: reading,
  },
  {
    flag: "read-only",
    key: "select.read-only",
    type: "boolean",
    default: false,
    group: "Selection",
    description: "Make no tools of operations that change something",
    commands: reading,
  },
  {
    flag: "list",
    key: "list",
    type: "string",
    shape: listShape,
    default: "auto",
    group: "Selection",
    description: "Which tools are listed, and which are found: all, planned, discovery, or auto (all while they fit)",
    commands: reading,
  },
  {
    flag: "target",
    key: "target",
    type: "string",
    shape: targetShape,
    default: "portable",
    group: "Selection",
    description: `Client that the list is made for, which says how much is too much: ${targetNames.join(", ")}`,
    commands: reading,
  },
  {
    flag: "max-cost",
    key: "max-cost",
    type: "number",
    group: "Selection",
    description: "Estimated tokens of the list beyond which the run fails, and nothing is written",
    commands: reading,
  },
  {
    flag: "targets",
    type: "boolean",
    default: false,
    group: "Selection",
    description: "What each client loads of the list, and what is lost there, in place of the report",
    commands: ["inspect"],
  },
  {
    flag: "budget",
    key: "budget",
    type: "number",
    default: portableCaps.budget,
    group: "Selection",
    description: "Estimated tokens that the list of tools may cost",
    commands: reading,
  },
  {
    flag: "max-tools",
    key: "max-tools",
    type: "number",
    default: portableCaps.maxTools,
    group: "Selection",
    description: "Tools that are listed at most, those of discovery among them",
    commands: reading,
  },
  {
    flag: "fold",
    key: "fold",
    type: "string",
    shape: foldShape,
    default: "auto",
    group: "Selection",
    description:
      "Whether the essence of each tool is listed where all of them whole cost more than the budget: auto, never",
    commands: reading,
  },
  {
    flag: "usage",
    key: "usage",
    type: "string",
    group: "Selection",
    description: "Log of the running server: the tools that were called most are listed first",
    commands: reading,
  },
  {
    key: "toolsets",
    type: "strings",
    shape: toolsetsShape,
    group: "Selection",
    description: "Parts of the server that are served by themselves, too: at /mcp/NAME, or with --toolset NAME",
    commands: reading,
  },
  {
    flag: "workflows",
    key: "workflows",
    type: "strings",
    shape: workflowsShape,
    group: "Selection",
    description:
      "Arazzo document, each workflow of which becomes a tool, a file or a URL; in the configuration also a workflow itself; repeatable",
    commands: reading,
  },
  {
    flag: "toolset",
    type: "string",
    group: "Selection",
    description: "Toolset to inspect in place of the whole server",
    commands: ["inspect"],
  },
] as const satisfies readonly Setting[];
