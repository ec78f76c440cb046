import { join } from "@std/path";
import { ROOT } from "../bundle.ts";
import { changesOf } from "./changelog.ts";
import { type Target, TARGETS } from "./targets.ts";

/** What a release is to be. */
export interface ReadyOptions {
  readonly version: string;
  readonly targets: readonly Target[];
  readonly repository: string | undefined;
}

/** What is missing for a release of `version`, a line each. */
export async function whatIsNotReady(options: ReadyOptions): Promise<string[]> {
  const { version, targets, repository } = options;
  const changelog = await Deno.readTextFile(join(ROOT, "CHANGELOG.md"));
  const tags = (await git(["tag", "--points-at", "HEAD"])).split("\n");
  const isClean = await git(["status", "--porcelain"]) === "";
  const absent = TARGETS.filter((target) => !targets.includes(target));
  return [
    ...tags.includes(`v${version}`) ? [] : [`The commit has no tag v${version}`],
    ...isClean ? [] : ["There are changes that are not committed"],
    ...changesOf(version, changelog) ? [] : [`CHANGELOG.md has no section "## ${version}"`],
    ...repository === undefined ? ["No repository is given: --repository OWNER/NAME"] : [],
    ...absent.map(({ triple }) => `Nothing is made for ${triple}`),
  ];
}

/** Empty where there is no git. */
async function git(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("git", { args: [...args], cwd: ROOT }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
