/** Texts in the store that only who has a secret can read: AES-GCM (NIST SP 800-38D) with a key of it (HKDF, RFC 5869). */
import { concatBytes, fromBase64, toBase64, utf8 } from "../data/bytes.js";

/** Bytes that differ each time; as long as AES-GCM takes them best. */
const onceBytes = 12;

type Key = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

export class Seal {
  readonly #key: Key;

  private constructor(key: Key) {
    this.#key = key;
  }

  /**
   * @param secret at random, of 16 bytes at least: it is not made harder to guess
   * @param use what it is for: with the same secret, nothing of one use can be read by another
   */
  static async of(secret: string, use: string): Promise<Seal> {
    const given = await crypto.subtle.importKey(
      "raw",
      utf8(secret),
      "HKDF",
      false,
      ["deriveKey"],
    );
    const key = await crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: utf8(""), info: utf8(use) },
      given,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
    return new Seal(key);
  }

  /** @param place where it stands and whose it is: it can be read with the same words only, so nobody can put it elsewhere */
  async close(bytes: Uint8Array<ArrayBuffer>, place: string): Promise<string> {
    const once = crypto.getRandomValues(new Uint8Array(onceBytes));
    const closed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv: once, additionalData: utf8(place) },
      this.#key,
      bytes,
    );
    return toBase64(concatBytes([once, new Uint8Array(closed)]));
  }

  /** `undefined` for what was not closed with this secret, for this use and place, or was changed since. */
  async open(
    text: string,
    place: string,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = fromBase64(text);
    if (bytes === undefined) return undefined;
    try {
      const opened = await crypto.subtle.decrypt(
        {
          name: "AES-GCM",
          iv: bytes.subarray(0, onceBytes),
          additionalData: utf8(place),
        },
        this.#key,
        bytes.subarray(onceBytes),
      );
      return new Uint8Array(opened);
    } catch {
      return undefined;
    }
  }
}
