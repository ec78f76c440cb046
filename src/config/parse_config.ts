import { AppError } from "../base/app_error.ts";
import { decodeText, parseText, TextError } from "./parse_text.ts";

/**
 * The value that the bytes of a settings or project file stand for, see {@linkcode parseText}.
 * @throws AppError `settings.invalid` with the line where the parser gives it, without quoting the text: it may hold secrets
 */
export async function parseConfig(
  path: string,
  bytes: Uint8Array,
): Promise<{ readonly text: string; readonly data: unknown }> {
  try {
    const text = decodeText(bytes);
    return { text, data: await parseText(path, text) };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const { line } = error.at;
    const where = line === undefined ? "" : ` (line ${line})`;
    throw new AppError("settings.invalid", `Cannot read ${path}${where}: ${error.reason}`, {
      hint: "Correct the file: nothing of it is used",
    });
  }
}
