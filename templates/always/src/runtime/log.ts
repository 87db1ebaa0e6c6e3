/** The server's log: one JSON object per line on stderr. Stdout belongs to the protocol. */

import { scrub } from "./secret.js";

export type LogLevel = "error" | "warn" | "info" | "debug" | "silent";

/** What a line tells besides its time, level and event. Never bodies, header values or whole URLs. */
export type LogFields = { readonly [name: string]: unknown };

export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

const ranks = {
  silent: 0,
  error: 1,
  warn: 2,
  info: 3,
  debug: 4,
} as const satisfies Record<LogLevel, number>;
const longestLine = 16_384;

/**
 * A log that writes lines of `level` and above, through the scrubber for secrets. It never throws: a line that cannot
 * be written is dropped.
 *
 * @param write receives each line with its line feed; default: the console's, which is stderr where there is such
 */
export function createLog(
  level: LogLevel,
  write: (line: string) => void = writeToConsole,
): Log {
  const line =
    (at: Exclude<LogLevel, "silent">) =>
    (event: string, fields: LogFields = {}) => {
      if (ranks[at] > ranks[level]) return;
      try {
        write(`${render(at, event, fields)}\n`);
      } catch {
        // The sink is gone or a getter threw: a call must not fail for its log line.
      }
    };
  return {
    error: line("error"),
    warn: line("warn"),
    info: line("info"),
    debug: line("debug"),
  };
}

function render(level: LogLevel, event: string, fields: LogFields): string {
  const time = new Date().toISOString();
  const text = JSON.stringify(
    { time, level, event, ...fields },
    readable(new WeakSet()),
  );
  const clean = scrub(text);
  return clean.length <= longestLine
    ? clean
    : JSON.stringify({
        time,
        level,
        event: scrub(event),
        cut: clean.slice(0, longestLine),
      });
}

/** A `JSON.stringify` replacer for what JSON has no word for: errors, big integers, circles. */
function readable(
  seen: WeakSet<object>,
): (key: string, value: unknown) => unknown {
  return (_key, value) => {
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "[seen above]";
    seen.add(value);
    if (!(value instanceof Error)) return value;
    const code =
      "code" in value && typeof value.code === "string"
        ? { code: value.code }
        : {};
    const cause = value.cause === undefined ? {} : { cause: value.cause };
    return {
      name: value.name,
      message: value.message,
      ...code,
      ...cause,
      stack: value.stack,
    };
  };
}

function writeToConsole(line: string): void {
  console.error(line.slice(0, -1));
}
