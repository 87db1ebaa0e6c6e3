/** The part that reads file arguments, put together. */
import { defined } from "../data/defined.js";
import { fileForms, withFileForms } from "./file-forms.js";
import { fileReader } from "./file.js";
import type { ReadFile } from "./file-argument.js";
import type { FilePart, FileSources } from "./file-part.js";
import { fileFetcher } from "./file-url.js";

export async function filesFrom({
  settings: { fileRoot, fileHosts },
  sender,
  signal,
  readFileBelow,
  readResource,
}: FileSources): Promise<ReadFile> {
  return fileReader({
    root: fileRoot,
    ...(fileHosts.length === 0
      ? {}
      : { fetchUrl: fileFetcher(await sender(), fileHosts, signal) }),
    ...defined({ readFileBelow, readResource }),
  });
}

export const listedFiles: FilePart["listedFiles"] = (settings) => {
  const forms = fileForms(settings);
  return (listing) => withFileForms(listing, forms);
};
