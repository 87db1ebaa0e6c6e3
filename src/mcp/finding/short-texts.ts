/** The words and the stems of names and of other short texts, which many operations share. */
import { stemsOf, wordsOf as wordsOfText } from "../../../templates/always/src/runtime/finding/words.ts";
import { oncePerText } from "../../base/once-per-text.ts";

export const wordsOf = oncePerText(wordsOfText);
export const shortStemsOf = oncePerText(stemsOf);
