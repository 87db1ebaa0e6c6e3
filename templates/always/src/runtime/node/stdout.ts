/**
 * Stdout belongs to the protocol. From the first import of this module on, what anything else prints there, also a
 * package or a forgotten `console.log`, goes to stderr instead.
 */
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

/** Writes to the real stdout; `done` is called once the text was handed on. */
export function writeStdout(text: string, done?: () => void): void {
  write(text, () => done?.());
}
