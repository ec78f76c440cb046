/** The comments of the schemas in `src/protocol/`, so that what a field means is written down once. */

/** Comments by where they stand: `JobView`, `JobView.ready`, `REPLIES.list.notices`. */
export type Comments = ReadonlyMap<string, string>;

/** Reads the comments of all schemas of a folder; each name of a schema is in one file only. */
export function readComments(folder: URL): Comments {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ts") && !name.endsWith("_test.ts"));
  return new Map(files.flatMap((name) => [
    ...commentsOf(Deno.readTextFileSync(new URL(name, folder))),
  ]));
}

/** Where a line stands is told by its indentation, which `deno fmt` sees to. */
export function* commentsOf(source: string): Generator<[place: string, comment: string]> {
  const path: { indent: number; name: string }[] = [];
  let comment = "";
  let isOpen = false;
  for (const line of source.split("\n")) {
    const text = line.trim();
    if (text.startsWith("/**")) comment = "";
    if (text.startsWith("/**") || isOpen) {
      comment += ` ${text.replace(/^(?:\/\*\*|\*(?!\/))/, "").replace(/\*\/$/, "").trim()}`;
      isOpen = !text.endsWith("*/");
      continue;
    }
    const name = /^\s*(?:export )?(?:const )?(\w+)(?:: | = )/.exec(line)?.[1];
    if (name === undefined) {
      comment = "";
      continue;
    }
    const indent = line.length - line.trimStart().length;
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    path.push({ indent, name });
    if (comment !== "") yield [path.map((each) => each.name).join("."), comment.trim()];
    comment = "";
  }
}
