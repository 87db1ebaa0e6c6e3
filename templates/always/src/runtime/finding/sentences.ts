/** Between two sentences: behind a full stop, and what closes with it, before what begins like a sentence. */
export const sentenceBoundary =
  /(?<=[.!?][")\]'”`]{0,2})(?<!\b(?:e\.g|i\.e|eg|ie|cf|vs|approx|incl|excl|resp|a\.k\.a|ex)\.[")\]'”`]{0,2})\s+(?=["'(“[`*-]?\s?[A-Z0-9`])/u;

/** Behind a text that is cut: the server's instructions say what it means. */
export const cutMark = "[…]";
