/** What a person sees while the command runs: colours and a progress line on a terminal, plain text in a pipe. */
import pc from "picocolors";
import { visible } from "../base/visible.ts";
import type { Diagnostic } from "../base/diagnostics.ts";
import type { Severity } from "../surface/difference.ts";

/** Where the command writes to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** The part of a process that the command uses. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
}

/** What a text is laid out for. */
export interface Style {
  readonly colors: ReturnType<typeof pc.createColors>;
  /** Columns, `Infinity` where the text does not go to a terminal. */
  readonly width: number;
}

/**
 * Colours and width of an output. `NO_COLOR` (https://no-color.org) and `FORCE_COLOR` win over what it is, `COLUMNS`
 * stands for the width of what is no terminal.
 */
export function styleOf(output: Output, env: NodeJS.ProcessEnv): Style {
  const isTerminal = output.isTTY === true;
  const isForced = !["", "0", "false"].includes(env["FORCE_COLOR"] ?? "");
  const colored = (env["NO_COLOR"] ?? "") === "" && (isForced || (isTerminal && env["TERM"] !== "dumb"));
  const told = Number(env["COLUMNS"]);
  const width = (isTerminal ? output.columns : undefined) ?? (told > 0 ? told : Infinity);
  return { colors: pc.createColors(colored), width: Math.max(width, narrowest) };
}

/** The colour of a difference by what it means for callers. */
export function severityColor({ red, yellow, cyan }: Style["colors"], severity: Severity): (word: string) => string {
  return { major: red, minor: yellow, patch: cyan }[severity];
}

/** In a window that is narrower, lines are left to the terminal. */
const narrowest = 40;

/** How texts on standard error are laid out. What measures them is loaded where there is a width to keep. */
export async function layoutFor({ stderr, env }: Surroundings): Promise<(text: string) => string> {
  const { width } = styleOf(stderr, env);
  if (width === Infinity) return (text) => text;
  const { wrapped } = await import("./wrap.ts");
  return (text) => wrapped(text, width);
}

export class Terminal {
  /** Of standard error. */
  readonly colors: Style["colors"];
  /** Of standard output. */
  readonly resultStyle: Style;
  readonly #surroundings: Surroundings;
  readonly #laidOut: (text: string) => string;
  /** Whether only errors are printed. */
  readonly quiet: boolean;
  #progress = false;

  /** @param laidOut a text as `layoutFor` says */
  constructor(surroundings: Surroundings, quiet: boolean, laidOut: (text: string) => string) {
    this.#surroundings = surroundings;
    this.quiet = quiet;
    this.colors = styleOf(surroundings.stderr, surroundings.env).colors;
    this.#laidOut = laidOut;
    this.resultStyle = styleOf(surroundings.stdout, surroundings.env);
  }

  /** Replaces the progress line. Nothing is written unless standard error is a terminal. */
  progress(text: string): void {
    if (this.quiet || this.#surroundings.stderr.isTTY !== true) return;
    this.#surroundings.stderr.write(`\r\u001b[2K${this.colors.dim(text)}`);
    this.#progress = true;
  }

  /** A line on standard error, within the width of a terminal. */
  line(text: string): void {
    this.#endProgress();
    this.#surroundings.stderr.write(`${this.#laidOut(text)}\n`);
  }

  /**
   * Asks a person whether to go on; the default is no. `undefined` where nobody is there to answer: standard input or
   * standard error is no terminal, this is a pipeline (`CI`), or `--quiet` wants no words.
   */
  async confirm(question: string): Promise<boolean | undefined> {
    const { stdin, stderr, env } = this.#surroundings;
    const isPipeline = !["", "0", "false"].includes(env["CI"] ?? "");
    if (stdin.isTTY !== true || stderr.isTTY !== true || isPipeline || this.quiet) return undefined;
    this.#endProgress();
    stderr.write(`${this.#laidOut(`${question} [y/N]`)} `);
    const answer = await firstLine(stdin);
    // Who ends the input leaves the line open.
    if (answer === undefined) stderr.write("\n");
    return /^y(?:es)?$/i.test(answer?.trim() ?? "");
  }

  /** A line on standard error that `--quiet` leaves out. */
  note(text: string): void {
    if (!this.quiet) this.line(text);
    else this.#endProgress();
  }

  /** A command to be copied, on a line of its own that is never broken, unless `--quiet` leaves it out. */
  copyable(command: string): void {
    if (this.quiet) return;
    this.#endProgress();
    this.#surroundings.stderr.write(`  ${command}\n`);
  }

  /** The result, on standard output. */
  result(text: string): void {
    this.#endProgress();
    this.#surroundings.stdout.write(`${text}\n`);
  }

  /** A diagnostic: what is wrong, where, and what to do. */
  diagnostic(diagnostic: Diagnostic): void {
    const { dim, red, yellow, cyan } = this.colors;
    const color = { error: red, warning: yellow, info: cyan }[diagnostic.severity];
    const line = diagnostic.line === undefined ? "" : `:${diagnostic.line}`;
    const pointer = diagnostic.pointer === "" ? "" : ` #${visible(diagnostic.pointer)}`;
    this.line(`${color(diagnostic.severity)} ${diagnostic.message} ${dim(`[${diagnostic.code}]`)}`);
    this.line(dim(`  at ${visible(diagnostic.file)}${line}${pointer}`));
    this.line(dim(`  ${diagnostic.help}`));
  }

  #endProgress(): void {
    if (!this.#progress) return;
    this.#progress = false;
    this.#surroundings.stderr.write("\r\u001b[2K");
  }
}

/** `undefined` where the input ends before it. */
async function firstLine(input: AsyncIterable<Uint8Array | string>): Promise<string | undefined> {
  let text = "";
  for await (const chunk of input) {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const end = text.search(/[\r\n]/);
    if (end >= 0) return text.slice(0, end);
  }
  return undefined;
}
