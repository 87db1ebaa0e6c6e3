/** How much of the tools is listed, as the configuration file and the command line say it. */
import type { ListOptions } from "../mcp/plan/list-plan.ts";
import { targetNames } from "../mcp/plan/targets.ts";
import type { Shape } from "./shape.ts";

/** What `list` may be. */
export const listModes = ["auto", "all", "planned", "discovery"] as const satisfies readonly NonNullable<
  ListOptions["mode"]
>[];

/** What `fold` may be: a list that is too long is folded, or none. */
export const foldModes = ["auto", "never"] as const;

export const foldShape: Shape = { kind: "choice", of: foldModes, what: "whether long lists are folded" };

/** For whom a list may be made. */
export const targetShape: Shape = { kind: "choice", of: targetNames, what: "the client that the list is made for" };

export const listShape: Shape = { kind: "choice", of: listModes, what: "how much of the tools is listed" };
