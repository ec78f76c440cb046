import { AppError, reasonOf } from "../base/app_error.ts";

/** The real path of a directory, or undefined when `path` is none. */
export async function realDirectory(path: string): Promise<string | undefined> {
  try {
    const real = await Deno.realPath(path);
    return (await Deno.stat(real)).isDirectory ? real : undefined;
  } catch {
    return undefined;
  }
}

/** A text file of the user's. @throws AppError `usage.unreadable_file` */
export async function readUserFile(path: string): Promise<string> {
  return new TextDecoder().decode(await readUserBytes(path));
}

/** A file of the user's. @throws AppError `usage.unreadable_file` */
export async function readUserBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const message = `Cannot read ${JSON.stringify(path)}: ${reasonOf(error)}`;
    throw new AppError("usage.unreadable_file", message, { cause: error });
  }
}
