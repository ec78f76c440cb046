import { join } from "@std/path";
import { ROOT } from "../bundle.ts";
import type { ArchiveFile } from "./archive.ts";
import { type ImpHelp, renderManPage } from "./man_page.ts";

const COMPLETIONS: Readonly<Record<string, string>> = {
  bash: "completions/imp.bash",
  zsh: "completions/_imp",
  fish: "completions/imp.fish",
};

/** What is in an archive beside the binary: licence, manual page and completions, the last two as imp itself tells. */
export async function makeDocuments(version: string): Promise<ArchiveFile[]> {
  const license = await Deno.readTextFile(join(ROOT, "LICENSE"));
  const [help, ...completions] = await Promise.all([
    askImp(["help", "--json"]),
    ...Object.keys(COMPLETIONS).map((shell) => askImp(["completion", shell])),
  ]);
  const page: ImpHelp = JSON.parse(help!);
  const texts = [
    ["LICENSE", license],
    ["imp.1", renderManPage(version, page)],
    ...Object.values(COMPLETIONS).map((path, index) => [path, completions[index]]),
  ];
  return texts.map(([path, text]) => ({
    path: path!,
    content: new TextEncoder().encode(text),
    mode: 0o644,
  }));
}

/** From source: what was built for another system does not run here. */
async function askImp(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", join(ROOT, "main.ts"), ...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (code === 0) return decoder.decode(stdout);
  throw new Error(`imp ${args.join(" ")} ended with ${code}: ${decoder.decode(stderr)}`);
}
