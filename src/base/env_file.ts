import { AppError } from "./app_error.ts";

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)$/;

/**
 * Reads lines `NAME=value`, `export NAME="value"`, `# remark`. Double quotes know \n, \t, \" and \\; nothing is
 * expanded.
 * @throws AppError `usage.bad_env_file` with the number of the line, never its text
 */
export function parseEnvFile(text: string, path: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, raw] of text.replace(/^\ufeff/, "").split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const match = ASSIGNMENT.exec(line);
    const value = match === null ? undefined : unquote(match[2]!);
    if (match === null || value === undefined) {
      throw new AppError(
        "usage.bad_env_file",
        `Line ${index + 1} of ${JSON.stringify(path)} is no assignment`,
        { hint: "Write lines like NAME=value" },
      );
    }
    values[match[1]!] = value;
  }
  return values;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** The value without its quotes and trailing remark; undefined when a quote is never closed. */
function unquote(text: string): string | undefined {
  const quote = text[0];
  if (quote === "'") return /^'([^']*)'\s*(?:#.*)?$/.exec(text)?.[1];
  if (quote === '"') {
    return /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text)?.[1]
      ?.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  }
  return text.replace(/\s+#.*$/, "");
}
