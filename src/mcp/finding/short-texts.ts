/** The words, stems and segments of names, paths and other short texts, which many operations share. */
import {
  segmentsOf as segmentsOfPath,
  stemsAmong,
  wordsOf as wordsOfText,
} from "../../../templates/always/src/runtime/finding/words.ts";
import { oncePerText } from "../../base/once-per-text.ts";

export const wordsOf = oncePerText(wordsOfText);
export const shortStemsOf = oncePerText((text) => stemsAmong(wordsOf(text)));
export const segmentsOf = oncePerText(segmentsOfPath);
