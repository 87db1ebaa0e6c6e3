/** `npm run mock`: an API to develop against, made from the documents' examples and schemas. Not for production. */
import { runMock } from "../runtime/mock.js";
import { project } from "./index.js";

await runMock(project);
