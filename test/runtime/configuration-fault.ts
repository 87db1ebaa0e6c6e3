import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";

/** What a setting is refused with, and what to do about it; empty where it is taken. Other faults are passed on. */
export function configurationFault(run: () => unknown): readonly unknown[] {
  try {
    run();
    return [];
  } catch (fault) {
    if (fault instanceof ConfigurationError) return [fault.message, fault.hint];
    throw fault;
  }
}
