import type { Json } from "../../base/json.ts";
import type { Place } from "../curation/curation.ts";

/** A policy as its owner wrote it. */
export interface PolicyWish {
  readonly value: Json;
  /** Path of the file that it stands in by itself. */
  readonly file?: string;
  /** The place of a pointer into it. */
  readonly placeOf: (pointer: string) => Place;
}

/** Of a server that keeps a policy of which nothing is said here: what becomes of each call is the default. */
export const noRules: PolicyWish = {
  value: { rules: [] },
  placeOf: (pointer) => ({ file: "configuration", pointer }),
};
