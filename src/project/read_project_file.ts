import { TextError } from "../config/parse_text.ts";
import { parseTree, toTextErrors } from "./parse_tree.ts";
import { type FileReads, readProjectText } from "./project_text.ts";
import type { ProjectTree } from "./project_tree.ts";
import type { TroubleList } from "./trouble.ts";

/** A file and what it is called in messages. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
  /** What it is to say, in the place of what it says. */
  readonly draft?: string | undefined;
}

/** What a project file says; undefined, and told, when it is no such text. An empty file is an empty table. */
export async function readProjectFile(
  { path, name, draft }: NamedFile,
  { troubles, reads }: { readonly troubles: TroubleList; readonly reads: FileReads },
): Promise<ProjectTree | undefined> {
  try {
    const content = draft === undefined ? readProjectText(path) : undefined;
    const text = draft ?? content?.text;
    reads.set(path, content?.bytes);
    if (text === undefined) throw new TextError("there is no such file");
    return await parseTree({ path, name, text });
  } catch (error) {
    for (const { reason, at } of toTextErrors(error)) {
      const { line = 1, column = 1 } = at;
      troubles.add({ file: name, line, column, path: "", message: reason });
    }
  }
}
