import { tryParseTree } from "../parse_tree.ts";
import type { ProjectTree } from "../project_tree.ts";
import type { ImportInput } from "./importer.ts";
import { fromDir } from "./relative_path.ts";

/** What a file beside the one that is imported declares; undefined where it cannot be read, which is told as a loss. */
export async function readOtherTree(
  path: string,
  { file, files, losses }: ImportInput,
): Promise<ProjectTree | undefined> {
  const name = fromDir(path, files.dir);
  const text = files.read(name);
  const tree = text === undefined ? undefined : await tryParseTree({ path, name, text });
  if (tree === undefined) losses.add({ file: file.name, key: name, why: "it cannot be read" });
  return tree;
}
