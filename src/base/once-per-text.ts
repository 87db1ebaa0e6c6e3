/** What is read of texts that a document repeats, as it does names, descriptions of parameters, and whole pages. */

/** How many characters of texts are remembered: more than nearly all documents have. Then all of them are forgotten. */
const mostCharacters = 4_000_000;

/**
 * A function that gives the same as `read`, and reads each text once.
 *
 * @param read depends on nothing but the text
 */
export function oncePerText<Result>(read: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, { readonly result: Result }>();
  let characters = 0;
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      found = { result: read(text) };
      characters += text.length;
      if (characters > mostCharacters) {
        known.clear();
        characters = text.length;
      }
      known.set(text, found);
    }
    return found.result;
  };
}
