import type { CommandName } from "./commands.ts";
import type { Shape } from "./shape.ts";

/** One thing that can be decided, wherever it is: on the command line, in the configuration file, or in both. */
export interface Setting {
  /** Name of the flag, without its dashes; absent for what only the configuration file says. */
  readonly flag?: string;
  /** One letter that stands for the flag. */
  readonly alias?: string;
  /** Key in the configuration file, `.` between nested ones; absent for what belongs to a single run. */
  readonly key?: string;
  /** What the flag takes. A flag of `strings` can be repeated. */
  readonly type: "string" | "boolean" | "number" | "strings";
  /** Form of the key's value, where it is not that of `type`. */
  readonly shape?: Shape;
  readonly default?: string | number | boolean;
  readonly group: "Input" | "Selection" | "Curation" | "Output" | "Messages";
  /** One line for `--help`. */
  readonly description: string;
  /** The commands that take it. */
  readonly commands: readonly CommandName[];
}

/** The commands that read documents. */
export const reading = ["generate", "diff", "inspect", "policy"] as const satisfies readonly CommandName[];
