import { encodeBase64 } from "@std/encoding/base64";
import { fromFileUrl, join } from "@std/path/posix";
import { AppError } from "../base/app_error.ts";
import { runCommand } from "./run_command.ts";

/** A file of a page, and what it is made of. */
export interface PagePart {
  /** Where browsers find it. */
  readonly path: string;
  /** A file in the directory of the page; what ends in `.ts` is bundled with all that it imports. */
  readonly source: string;
}

/**
 * The parts of a page for browsers, packed as gzip and in base64, by their paths. Needs Deno itself: for a run from
 * source, and for the build.
 * @throws AppError `web.no_page`
 */
export async function packPage(
  dir: URL,
  parts: readonly PagePart[],
): Promise<Record<string, string>> {
  const texts = await Promise.all(parts.map(async ({ path, source }) => {
    const file = join(fromFileUrl(dir), source);
    const text = source.endsWith(".ts") ? await bundle(file) : await Deno.readTextFile(file);
    return [path, encodeBase64(await gzip(text))] as const;
  }));
  return Object.fromEntries(texts);
}

async function bundle(entry: string): Promise<string> {
  const argv = ["bundle", "--quiet", "--no-check", "--platform=browser", "--minify", entry];
  const cwd = entry.slice(0, entry.lastIndexOf("/"));
  const { code, stdout, stderr } = await runCommand([Deno.execPath(), ...argv], { cwd });
  if (code === 0 && stdout !== "") return stdout;
  throw new AppError("web.no_page", `Cannot bundle ${entry}`, { hint: stderr.slice(0, 2_000) });
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
