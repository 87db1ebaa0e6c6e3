/**
 * The commands. The first one needs no name on the command line. `alsoCalled` is what other programs call such a
 * command: whoever tries it is told the right word.
 */
export const commands = [
  {
    name: "generate",
    alsoCalled: ["init", "new", "create", "make", "build", "compile", "convert", "add", "update", "regenerate"],
    usage: "[document..] [-o folder]",
    description:
      "Compiles OpenAPI documents (files, URLs or - for standard input) into an MCP server in TypeScript. Without a document, the configuration file says what to compile.",
    examples: [
      ["petstore.yaml -o ./server", "a server for one API"],
      ["https://example.com/openapi.json", "from a URL"],
      ["one.yaml two.json -o ./server", "several APIs in one server"],
      ["", "this folder's project once more"],
    ],
  },
  {
    name: "diff",
    alsoCalled: ["compare", "changes"],
    usage: "diff <old> [new]",
    description:
      "Says what a model sees differently between two documents, projects or lock files, and whether that is major, minor or patch. Of one project: what generating it now would change.",
    examples: [
      ["diff old.yaml new.yaml", "what a new version of a document changes"],
      ["diff ./server", "what regenerating would change"],
      ["diff ./server new.yaml --format markdown", "a comment for a pull request"],
    ],
  },
  {
    name: "inspect",
    alsoCalled: ["show", "list", "info", "describe", "explain", "why"],
    usage: "inspect <document|folder>",
    description:
      "Shows what a server offers, what it costs, what its schemas lose, whom it talks to, and why each part is as it is.",
    examples: [
      ["inspect petstore.yaml", "tools, resources, cost, losses and hosts"],
      ["inspect ./server --why list_pets", "where each part of a tool comes from"],
    ],
  },
  {
    name: "policy",
    alsoCalled: ["policies", "rules"],
    usage: "policy test|print [cases|rules] [folder]",
    description:
      "Runs a table of cases against the policy of a project: who calls which tool with what, and whether that is allowed, asked about or denied, by which rule; or prints the policy as JSON, for MCP_POLICY_FILE.",
    examples: [
      ["policy test cases.yaml", "exit code 1 where a case is decided otherwise"],
      ["policy print > policy.json", "the policy of this folder's project as a server reads it"],
      ["policy print rules.yaml > policy.json", "other rules for it, checked in the same way"],
    ],
  },
  {
    name: "audit",
    alsoCalled: ["logs"],
    usage: "audit check <file..>",
    description:
      "Says whether lines of a server's audit were changed, left out, moved or put between, by the chain that they make (MCP_AUDIT_CHAIN, MCP_AUDIT_KEY): the files that it was rotated into, in any order, packed by gzip or not.",
    examples: [
      ["audit check audit.log*", "exit code 1 where a line is wrong, which one and why"],
      ["audit check audit.log --json", "the same for a script"],
    ],
  },
  {
    name: "templates",
    alsoCalled: ["eject"],
    usage: "templates list|eject [path..]",
    description: "Lists the templates of emitted projects, or copies them out to start your own from.",
    examples: [
      ["templates list", "every template and whose its file is"],
      ["templates eject README.md src/main.ts", "copies of two, in ./templates"],
      ["templates eject --base", "once a change of the generator's own is in yours"],
    ],
  },
] as const;

/** Words that are commands of other programs, and flags here. */
export const flagWords = [
  { flag: "check", words: ["check", "validate", "verify", "lint"] },
  { flag: "watch", words: ["watch"] },
  { flag: "help", words: ["help"] },
  { flag: "version", words: ["version"] },
] as const;

export type CommandName = (typeof commands)[number]["name"];
