/** How YAML is read: the core schema of YAML 1.2 with merge keys, and nothing that JSON cannot hold. */
import { defined } from "../base/defined.ts";
import { CORE_SCHEMA, Type, load, type EventType, type State } from "js-yaml";

const floatPattern = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** The core schema's float without `.inf` and `.nan`, which stay strings: JSON has no such numbers. */
const float = new Type("tag:yaml.org,2002:float", {
  kind: "scalar",
  resolve: (data: unknown) => typeof data === "string" && floatPattern.test(data) && Number.isFinite(Number(data)),
  construct: (data: string) => Number(data),
});

/** `<<`, which the core schema of 1.2 lacks and many documents use. */
const merge = new Type("tag:yaml.org,2002:merge", {
  kind: "scalar",
  resolve: (data: unknown) => data === "<<" || data === null,
});

const schema = CORE_SCHEMA.extend({ implicit: [float, merge] });

export interface YamlReading {
  readonly maximumDepth: number;
  /** Whether a repeated key is a fault; otherwise the last one counts. */
  readonly uniqueKeys: boolean;
  readonly listener?: (event: EventType, state: State) => void;
}

/**
 * The value of a YAML document. Aliases share one object, and may even make a circle.
 * Throws js-yaml's `YAMLException`.
 */
export function readYaml(text: string, reading: YamlReading): unknown {
  const options = {
    schema,
    json: !reading.uniqueKeys,
    maxDepth: reading.maximumDepth,
    maxTotalMergeKeys: 1_000_000,
    ...defined({ listener: reading.listener }),
  };
  return load(text, options);
}
