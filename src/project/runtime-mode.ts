/** Where the runtime of an emitted project is: among its own files, or in a package that it depends on. */
export const runtimeModes = ["vendored", "package"] as const;

export type RuntimeMode = (typeof runtimeModes)[number];
