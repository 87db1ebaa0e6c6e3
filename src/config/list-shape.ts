/** How much of the tools is listed, as the configuration file and the command line say it. */
import type { ListOptions } from "../mcp/plan/list-plan.ts";
import type { Shape } from "./shape.ts";

/** What `list` may be. */
export const listModes = ["auto", "all", "planned", "discovery"] as const satisfies readonly NonNullable<
  ListOptions["mode"]
>[];

export const listShape: Shape = { kind: "choice", of: listModes, what: "how much of the tools is listed" };
