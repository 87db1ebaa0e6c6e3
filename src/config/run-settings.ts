import type { Setting } from "./setting.ts";

const generate = ["generate"] as const;

/** What is decided about a single run: no configuration file says it. */
export const runSettings = [
  {
    flag: "force",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Overwrite generated files that were edited, or templates that are there",
    commands: ["generate", "templates"],
  },
  {
    flag: "replace",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Put this API in the place of the project's, where it is another one",
    commands: generate,
  },
  {
    flag: "base",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Note that your templates hold what changed in the generator's own until now",
    commands: ["templates"],
  },
  {
    flag: "dry-run",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Say what would change and write nothing",
    commands: generate,
  },
  {
    flag: "emit",
    type: "string",
    group: "Output",
    description: "Print a value between document and project as JSON and write nothing: api, model or plan",
    commands: generate,
  },
  {
    flag: "check",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Write nothing; exit with 1 where generating would change a file, or a generated one was edited",
    commands: generate,
  },
  {
    flag: "watch",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Generate again whenever documents, overlays, configuration or templates change",
    commands: generate,
  },
  {
    flag: "update-package",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Add to package.json what the server needs and it lacks",
    commands: generate,
  },
  {
    flag: "rename-tools",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Name tools anew that nobody chose a name for; old names stay callable for a while",
    commands: generate,
  },
] as const satisfies readonly Setting[];
