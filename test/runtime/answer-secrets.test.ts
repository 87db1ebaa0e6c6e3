/** Credentials that an API repeats are in none of the texts and values that are made of its answers. */
import { describe, expect, it } from "vitest";
import { failureText } from "../../templates/always/src/runtime/response/failure.ts";
import { textPart } from "../../templates/always/src/runtime/response/part.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { answer, call, json, read, texts } from "./answer.ts";

new Secret("s3cr3t-hidden-9d1");
const secret = "s3cr3t-hidden-9d1";
const plain = { "Content-Type": "text/plain" };
const changed = "Note: the answer is shown without its hidden characters.";

describe("a credential", () => {
  it("is in no text and no value, also where it was hidden from the eye", () => {
    const result = read(json(`{"a":"s3cr3t\u200b-hidden-9d1","b":"${secret}"}`));
    expect(texts(result)).toEqual(['{"a":"[secret]","b":"[secret]"}', changed]);
  });

  it("is not there by half where an answer was cut", () => {
    const cut = read(answer("a s3cr3t-hid", plain, { truncated: true, cutBy: "time" }));
    expect(texts(cut)[0]).not.toContain("s3cr3t");
    expect(texts(read(answer("a s3cr3t-hid", plain)))).toEqual(["a s3cr3t-hid"]);
  });

  it("is in no part of an answer, also where it was hidden from the eye", () => {
    const part = (text: string) => textPart({ kind: "text", bytes: Buffer.from(text), mimeType: "text/plain" }, 0, 100);
    expect(part(`a ${secret} b`)).toMatchObject({ text: "a [secret] b", isChanged: false });
    expect(part("a s3cr3t\u200b-hidden-9d1 b")).toMatchObject({ text: "a [secret] b", isChanged: true });
  });

  it("is in no value of an answer whose text is cut", () => {
    const limits = { maxTextBytes: 10, declared: true };
    expect(read(json(`{"a":"${secret} and more"}`), limits).structuredContent).toEqual({ a: "[secret] and more" });
  });

  it("is in no cause of a failure", () => {
    expect(failureText(answer(`no: ${secret}`, plain, { status: 500 }), call).split("\n")[1]).toBe("> no: [secret]");
    const result = read(json(`{"message":"no: ${secret}"}`, { status: 418 }));
    expect(texts(result)).toEqual(["HTTP 418 I'm a Teapot\n> no: [secret]"]);
  });
});
