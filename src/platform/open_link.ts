import { writeFileAtomic } from "./atomic_write.ts";
import { removeFile } from "./remove_file.ts";
import { runCommand } from "./run_command.ts";

/** A link that was given to the browser; disposed of, what was left for that is gone. */
export interface OpenedLink extends Disposable {
  /** Why it could not be. */
  readonly problem: string | undefined;
}

/**
 * Opens a link with a secret in the user's browser. Arguments of programs can be read by everybody, so that the browser
 * gets a file that only the user can read, which leads to the link.
 */
export async function openLink(url: string, privateDir: string): Promise<OpenedLink> {
  const path = `${privateDir}/page-${Deno.pid}.html`;
  writeFileAtomic(path, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}">\n`);
  const program = Deno.build.os === "darwin" ? "open" : "xdg-open";
  const { code, stderr } = await runCommand([program, path]);
  const reason = stderr.trim().split("\n")[0] || `${program} ended with ${code}`;
  return {
    problem: code === 0 ? undefined : reason,
    [Symbol.dispose]: () => void removeFile(path),
  };
}
