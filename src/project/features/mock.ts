import type { Feature } from "./feature.ts";

/** A stand-in for the API, made of the document, and the tests that run the server against it. */
export const mock: Feature = {
  name: "mock",
  files: ["src/runtime/mock.ts", "src/runtime/mock-calls.ts", "src/runtime/mock/", "src/generated/mock.ts", "test/"],
  dependencies: [],
  neededBy: () => false,
  wantedBy: (wish) => wish !== false,
  stays: false,
};
