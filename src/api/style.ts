import type { Parameter } from "./model.ts";

export type Location = Parameter["in"];
export type Style = Parameter["style"];

/**
 * Styles that a location knows (§4.8.12.3); the first is its default. The delimited ones stand in paths and headers
 * for the `collectionFormat` of Swagger 2.0, which has them everywhere. Fields of forms have those of a query (§4.8.15.1.2).
 */
export const styles: Readonly<Record<Location, readonly [Style, ...Style[]]>> = {
  path: ["simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "tabDelimited"],
  query: ["form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject"],
  querystring: ["form"],
  header: ["simple", "spaceDelimited", "pipeDelimited", "tabDelimited"],
  cookie: ["form", "cookie"],
};

export function isLocation(value: string): value is Location {
  return Object.hasOwn(styles, value);
}
