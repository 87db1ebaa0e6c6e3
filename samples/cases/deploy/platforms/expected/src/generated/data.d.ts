/** The files below this folder as texts by path: `npm run build:worker` makes it, for platforms that have no files. */
declare const files: Readonly<Record<string, string>>;
export default files;
