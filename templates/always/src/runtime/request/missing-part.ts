import { ConfigurationError } from "../errors.js";

/** What a call ends with that needs an optional part which this server does not have. @param does what the part does */
export function missingPart(does: string): ConfigurationError {
  return new ConfigurationError(
    `This server was generated without the part that ${does}.`,
    { hint: "src/generated/index.ts has to name it: generate again." },
  );
}
