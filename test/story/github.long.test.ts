/** The story of a large server: GitHub's document, from the corpus. `petstore.long.test.ts` tells it of a small one. */
import { readFileSync } from "node:fs";
import { afterAll, describe, it } from "vitest";
import { corpus, leftOut } from "../corpus/documents.ts";
import { Story } from "./story.ts";
import { tell } from "./tell.ts";

const github = corpus?.find(({ file }) => file === "large/github.json");

if (github === undefined) {
  it.skip(`GitHub's document: ${leftOut}`);
  console.warn(`The story of GitHub's document is not told. ${leftOut}`);
} else
  describe("an owner's project, and a new version of GitHub's document", () => {
    let story: Story;
    afterAll(() => story?.remove());

    tell(
      () =>
        (story = new Story({
          document: JSON.parse(readFileSync(github.path, "utf8")),
          renamed: { path: "/licenses/{license}", method: "get", operationId: "licenses/show" },
          moved: { path: "/zen", method: "get", to: "/wisdom/zen" },
          removed: { path: "/repos/{owner}/{repo}/issues", method: "post" },
          called: { path: "/repos/{owner}/{repo}/issues", method: "get", name: "list_issues" },
          described: { path: "/emojis", method: "get", description: "Lists every emoji by its short name." },
          added: { path: "/story", method: "get", operationId: "story/tell", tool: "story_tell" },
        })),
    );
  });
