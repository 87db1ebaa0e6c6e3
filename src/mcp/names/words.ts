/** The words of identifiers and texts, in lower-case ASCII. */
import { oncePerText } from "../../base/once-per-text.ts";

/** Letters that no decomposition makes Latin ones; Cyrillic and Greek as ISO 9 and ISO 843 have them, about. */
const letters: ReadonlyMap<string, string> = new Map(
  (
    "ß ss æ ae œ oe ø o ł l đ d ð d þ th ı i ħ h " +
    "а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch " +
    "ъ - ы y ь - э e ю yu я ya є ye і i ґ g ј j љ lj њ nj ћ c ђ dj џ dz " +
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
  )
    .split(" ")
    .flatMap((letter, index, all) => (index % 2 === 0 ? [[letter, (all[index + 1] ?? "").replace("-", "")]] : [])) as [
    string,
    string,
  ][],
);

/** A text with letters of other alphabets as Latin ones, as far as that can be told letter by letter. */
export function latin(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/gu, (character) => {
      const lower = character.toLowerCase();
      const spelled = letters.get(lower);
      if (spelled === undefined) return character;
      return character === lower ? spelled : spelled.charAt(0).toUpperCase() + spelled.slice(1);
    });
}

/** Words whose capitals begin no new one. */
const whole =
  /(?<!\p{Lu})(?:OAuth|GraphQL|OpenID|IPv[46]|IoT|DDoS|[SPI]aaS|WiFi|GitHub|GitLab|YouTube|PayPal|LinkedIn|WhatsApp|PostgreSQL|MySQL|NoSQL|JavaScript|TypeScript|2FA|3DS)s?\d*(?!\p{Ll})|(?<!\p{L})(?:iOS|macOS|mTLS|eSIM)\d*(?!\p{Ll})/gu;

/** Printable ASCII without capitals: nothing in it has to come apart. */
const simple = /^[\x20-\x40\x5b-\x7e]*$/;

/** Words of an identifier or a text, in lower case: `listPetsV2` and `list-pets_v2` are both `list pets v2`. */
export const words = oncePerText((text: string): readonly string[] =>
  simple.test(text) ? (text.replaceAll("'", "").match(/[a-z0-9]+/g) ?? []) : wordsApart(text),
);

function wordsApart(text: string): readonly string[] {
  return (
    latin(text)
      .replace(whole, (word) => ` ${word.toLowerCase()} `)
      // `APIv2`: an acronym with its version.
      .replace(/(\p{Lu})(v\d)/gu, "$1 $2")
      .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
      // `HTTPStatus`, but not the plural of an acronym: `URLs`.
      .replace(/(\p{Lu})(?!\p{Lu}s(?!\p{Ll}))(\p{Lu}\p{Ll})/gu, "$1 $2")
      .replace(/['’]/g, "")
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== "")
  );
}
