/**
 * Valid documents of which no server comes out that compiles, boots and lists its tools, by file with the reason. The
 * list may only shrink: a document that is named here and passes fails the test, too.
 */
export const knownFailures: ReadonlyMap<string, string> = new Map();
