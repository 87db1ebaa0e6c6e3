/** A secret, the shapes in which it may be written, and the judge that reads it in each of them. */

/** With characters that encodings differ in. */
export const key = "Ab+c/7=Zq&w-Kp_9x.Lm";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const each = (text: string, escape: (code: number, character: string) => string) =>
  [...text].map((character) => escape(character.charCodeAt(0), character)).join("");
const hex = (code: number, digits = 2) => code.toString(16).padStart(digits, "0");
export const percent = (text: string) => encodeURIComponent(text);
const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** Every way in which an API may write it. */
export const shapes: readonly (readonly [string, string])[] = [
  ["as it is", key],
  ["in a sentence", `The key ${key} is not valid.`],
  ["in a URL", `https://api.example.com/next?api_key=${percent(key)}&page=2`],
  ["percent, lower case", percent(key).replace(/%../g, (part) => part.toLowerCase())],
  ["percent, every character", each(key, (code) => `%${hex(code).toUpperCase()}`)],
  ["percent, twice", percent(percent(key))],
  ["percent, three times", percent(percent(percent(key)))],
  ["form", new URLSearchParams({ key }).toString()],
  ["JSON escapes of some", key.replaceAll("+", "\\u002B").replaceAll("/", "\\/")],
  ["JSON escapes of all", each(key, (code) => `\\u${hex(code, 4)}`)],
  ["JSON escapes in upper case", each(key, (code) => `\\u${hex(code, 4).toUpperCase()}`)],
  ["JSON within JSON", json(json(key.replaceAll("/", "\\/")))],
  ["JavaScript escapes", each(key, (code) => `\\x${hex(code)}`)],
  ["JavaScript code points", each(key, (code) => `\\u{${hex(code)}}`)],
  ["octal escapes", each(key, (code) => `\\${code.toString(8).padStart(3, "0")}`)],
  ["HTML names", key.replaceAll("&", "&amp;").replaceAll("+", "&plus;").replaceAll("/", "&sol;")],
  ["HTML decimal", each(key, (code) => `&#${code};`)],
  ["HTML hexadecimal", each(key, (code) => `&#x${hex(code)};`)],
  ["HTML upper case with zeros", each(key, (code) => `&#X00${hex(code).toUpperCase()};`)],
  ["HTML, twice", each(key, (code) => `&amp;#${code};`)],
  ["quoted-printable", each(key, (code) => `=${hex(code).toUpperCase()}`)],
  ["base64", base64(key)],
  ["base64 after one byte", base64(`x${key}yz`)],
  ["base64 after two bytes", base64(`xy${key}z`)],
  ["base64 of user and password", `Basic ${base64(`user:${key}`)}`],
  ["base64url", Buffer.from(key).toString("base64url")],
  ["base64 in a URL", percent(base64(`x${key}`))],
  ["base64 with escaped slashes", base64(`xy${key}`).replaceAll("/", "\\/")],
  ["base64 in lines", (base64(`${"-".repeat(50)}${key}`).match(/.{1,8}/g) ?? []).join("\\r\\n")],
  ["hexadecimal", Buffer.from(key).toString("hex")],
  ["hexadecimal, upper case", Buffer.from(key).toString("hex").toUpperCase()],
  ["hexadecimal with colons", (Buffer.from(key).toString("hex").match(/../g) ?? []).join(":")],
  ["hexadecimal with 0x", (Buffer.from(key).toString("hex").match(/../g) ?? []).map((byte) => `0x${byte}`).join(", ")],
  ["bytes in a list", [...Buffer.from(key)].join(",")],
  ["upper case", key.toUpperCase()],
  ["lower case", key.toLowerCase()],
  ["mixed encodings", [...key].map((c, i) => [c, `%${hex(c.charCodeAt(0))}`, `&#${c.charCodeAt(0)};`][i % 3]).join("")],
  ["with characters of no width", [...key].join("\\u200b")],
];

/** Undoes encodings until nothing changes: what a reader could make of a text. */
function readings(text: string): string[] {
  const found = [text];
  const steps: readonly ((text: string) => string)[] = [
    (t) => t.replaceAll(/[\u200b-\u200f]|\\+u200[b-f]/gi, ""),
    (t) => t.replaceAll(/%([0-9a-f]{2})/gi, (_match, code: string) => String.fromCharCode(parseInt(code, 16))),
    (t) =>
      t.replaceAll(/\\+(?:u|x)\{?0*([0-9a-f]{2})\}?/gi, (_match, code: string) =>
        String.fromCharCode(parseInt(code, 16)),
      ),
    (t) => t.replaceAll(/\\+([0-7]{3})/g, (_m, code: string) => String.fromCharCode(parseInt(code, 8))),
    (t) => t.replaceAll(/&#x0*([0-9a-f]+);/gi, (_match, code: string) => String.fromCharCode(parseInt(code, 16))),
    (t) => t.replaceAll(/&#0*(\d{1,3});/g, (_m, code: string) => String.fromCharCode(Number(code))),
    (t) => t.replaceAll("&amp;", "&").replaceAll("&plus;", "+").replaceAll("&sol;", "/"),
    (t) => t.replaceAll(/=([0-9A-F]{2})/g, (_match, code: string) => String.fromCharCode(parseInt(code, 16))),
    (t) => t.replaceAll(/\\+(?=[/"&+=])/g, "").replaceAll(/\\+[rn]/g, ""),
  ];
  for (let round = 0; round < 4; round += 1) for (const step of steps) found.push(step(found.at(-1) ?? ""));
  return found;
}

/** Whether the key, or eight of its characters in a row, can be read. */
export function leaks(text: string): boolean {
  const part = key.slice(0, 8).toLowerCase();
  const inHex = Buffer.from(key.slice(0, 8)).toString("hex");
  const inList = [...Buffer.from(key.slice(0, 8))].join(",");
  return readings(text).some((reading) => {
    const decoded = [0, 1, 2, 3].flatMap((skip) =>
      (reading.replaceAll(/[\r\n]/g, "").match(/[\w+/-]{12,}/g) ?? []).map((run) =>
        Buffer.from(run.slice(skip), "base64").toString("latin1"),
      ),
    );
    const plain = reading
      .toLowerCase()
      .replaceAll(/\s|0x/g, "")
      .replaceAll(/[:,](?=[0-9a-f]{2})/g, "");
    return (
      [reading, ...decoded].some((one) => one.toLowerCase().includes(part)) ||
      plain.includes(inHex) ||
      reading.replaceAll(" ", "").includes(inList)
    );
  });
}
