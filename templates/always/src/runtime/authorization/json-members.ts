/** Whether a text of JSON names a member twice in one object: then two readers may take it for two things. */

/** Strings, and what opens, closes and separates. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/** @param json a text that `JSON.parse` takes */
export function repeatsMember(json: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of json.matchAll(tokens)) {
    switch (token) {
      case "{":
        open.push(new Set());
        break;
      case "[":
        open.push(undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ":": {
        const names = open.at(-1);
        const name = String(JSON.parse(last));
        if (names?.has(name) === true) return true;
        names?.add(name);
        break;
      }
      default:
        if (token !== ",") last = token;
    }
  }
  return false;
}
