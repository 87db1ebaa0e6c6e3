/** What a person sees while the command runs: colours and a progress line on a terminal, plain text in a pipe. */
import pc from "picocolors";
import { visible } from "../visible.ts";
import type { Diagnostic } from "../diagnostics.ts";

/** The part of a process that the command uses. */
export interface Surroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
}

export class Terminal {
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly #surroundings: Surroundings;
  /** Whether only errors are printed. */
  readonly quiet: boolean;
  #progress = false;

  constructor(surroundings: Surroundings, quiet: boolean) {
    this.#surroundings = surroundings;
    this.quiet = quiet;
    const colored =
      surroundings.stderr.isTTY === true &&
      surroundings.env["NO_COLOR"] === undefined &&
      surroundings.env["TERM"] !== "dumb";
    this.colors = pc.createColors(colored);
  }

  /** Replaces the progress line. Nothing is written unless standard error is a terminal. */
  progress(text: string): void {
    if (this.quiet || this.#surroundings.stderr.isTTY !== true) return;
    this.#surroundings.stderr.write(`\r\u001b[2K${this.colors.dim(text)}`);
    this.#progress = true;
  }

  /** A line on standard error. */
  line(text: string): void {
    this.#endProgress();
    this.#surroundings.stderr.write(`${text}\n`);
  }

  /** A line on standard error that `--quiet` leaves out. */
  note(text: string): void {
    if (!this.quiet) this.line(text);
    else this.#endProgress();
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
