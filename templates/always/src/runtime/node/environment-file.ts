/** The file `.env` of the project: what `.env.example` becomes once it is filled in. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ConfigurationError } from "../errors.js";

/**
 * Adds the variables of the project's `.env` to the environment. One that is set already wins; one that is empty counts
 * as unset. No such file is no fault.
 *
 * @param folder the project's
 * @throws ConfigurationError if the file is there and cannot be read
 */
export function readEnvironmentFile(
  folder: string,
  environment: NodeJS.ProcessEnv,
): void {
  const path = join(folder, ".env");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new ConfigurationError("The project's .env cannot be read", {
      hint: "Check that it is a file and that this server may read it.",
      cause,
    });
  }
  for (const [name, value] of Object.entries(parseEnv(text)))
    if (!environment[name]?.trim()) environment[name] = value;
}
