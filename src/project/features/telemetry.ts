import { dependency } from "../dependency.ts";
import { type Feature, ifAsked } from "./feature.ts";

/** Traces and metrics by the API of OpenTelemetry, for an SDK that the owner starts. */
export const telemetry: Feature = {
  name: "telemetry",
  files: ["src/runtime/telemetry/"],
  dependencies: [dependency("@opentelemetry/api", "1.9.1", "spans and metrics, for an SDK that exports them")],
  neededBy: () => false,
  wantedBy: ifAsked,
  stays: false,
};
