/**
 * `deno task release`: everything that a release publishes, out of the version in deno.json. It publishes nothing; that
 * is the workflow's part (docs/releasing.md).
 */
import { parseArgs } from "@std/cli/parse-args";
import { encodeHex } from "@std/encoding/hex";
import { join, resolve } from "@std/path";
import { BuildError, ROOT } from "../bundle.ts";
import { type ArchiveFile, gzip, toTar, zstd } from "./archive.ts";
import { binaryPath, buildBinaries } from "./binaries.ts";
import { changesOf } from "./changelog.ts";
import { makeDocuments } from "./documents.ts";
import { renderFormula } from "./formula.ts";
import { writeNpmPackages } from "./npm_packages.ts";
import { whatIsNotReady } from "./ready.ts";
import { archiveStem, type Target, TARGETS } from "./targets.ts";

const USAGE = `Usage: deno task release [--dry-run] [--out DIR] [--binaries DIR] [--targets T,T]
                         [--repository OWNER/NAME] [--only-build]

Makes archives, SHA256SUMS, install.sh, npm packages, a Homebrew formula and notes, out of the version in deno.json.

  --dry-run       tell what a release still lacks (tag, changes, targets, repository), and go on all the same;
                  for this machine alone unless --targets says otherwise, and less tightly packed
  --out DIR       where to put everything (default dist/release)
  --binaries DIR  take imp-TARGET from there; without it they are built
  --targets T,T   such as x86_64-unknown-linux-gnu (default all)
  --repository R  where the release is published (default GITHUB_REPOSITORY)
  --only-build    put imp-TARGET into DIR, and nothing else

The exit code is 3 where there is no runtime to build on.
`;

interface ReleaseOptions {
  readonly version: string;
  readonly isDryRun: boolean;
  readonly onlyBuild: boolean;
  readonly out: string;
  readonly binaries: string | undefined;
  readonly targets: readonly Target[];
  readonly repository: string | undefined;
}

/** What stands in the place of a repository that is not known. */
const NO_REPOSITORY = "OWNER/imp";

if (import.meta.main) Deno.exit(await runRelease(Deno.args));

async function runRelease(args: string[]): Promise<number> {
  try {
    if (args.includes("--help") || args.includes("-h")) {
      console.log(USAGE);
      return 0;
    }
    const options = await parseReleaseArgs(args);
    if (options.onlyBuild) await buildBinaries(options);
    else await makeRelease(options);
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`release: ${error.message}`);
    return error.exitCode;
  }
}

async function parseReleaseArgs(args: string[]): Promise<ReleaseOptions> {
  const flags = parseArgs(args, {
    string: ["out", "binaries", "targets", "repository"],
    boolean: ["dry-run", "only-build"],
    unknown: (word) => {
      throw new BuildError(`Not an option: "${word}"\n${USAGE}`, 2);
    },
  });
  const repository = flags.repository || Deno.env.get("GITHUB_REPOSITORY") || undefined;
  if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new BuildError(`Not the name of a repository: "${repository}"`, 2);
  }
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  return {
    version,
    repository,
    isDryRun: flags["dry-run"],
    onlyBuild: flags["only-build"],
    out: resolve(flags.out ?? join(ROOT, "dist/release")),
    binaries: flags.binaries === undefined ? undefined : resolve(flags.binaries),
    targets: chooseTargets(flags.targets, flags["dry-run"]),
  };
}

function chooseTargets(given: string | undefined, isDryRun: boolean): readonly Target[] {
  if (given === undefined) {
    return isDryRun ? TARGETS.filter(({ triple }) => triple === Deno.build.target) : TARGETS;
  }
  return given.split(",").map((triple) => {
    const target = TARGETS.find((each) => each.triple === triple);
    if (target !== undefined) return target;
    const known = TARGETS.map((each) => each.triple).join(", ");
    throw new BuildError(`imp is not built for "${triple}", but for ${known}`, 2);
  });
}

async function makeRelease(options: ReleaseOptions): Promise<void> {
  const { version, out, targets, repository } = options;
  const lacking = await whatIsNotReady(options);
  if (!options.isDryRun && lacking.length > 0) throw new BuildError(lacking.join("\nrelease: "));
  await Deno.remove(out, { recursive: true }).catch(() => {});
  await Deno.mkdir(out, { recursive: true });
  const binaries = options.binaries ?? join(out, "binaries");
  if (options.binaries === undefined) await buildBinaries({ ...options, out: binaries });
  const assets = join(out, "assets");
  await Deno.mkdir(assets);
  const documents = await makeDocuments(version);
  const level = options.isDryRun ? 3 : 19;
  for (const target of targets) {
    await writeArchives(assets, { version, target, binaries, documents, level });
  }
  await writeInstaller(assets, repository);
  const sums = await writeSums(assets);
  await writeRest(options, { binaries, sums });
  for (const each of lacking) console.log(`Not ready for a release: ${each}`);
  console.log(
    `Made imp ${version} for ${targets.map(({ triple }) => triple).join(", ")} in ${out}`,
  );
}

async function writeArchives(
  assets: string,
  { version, target, binaries, documents, level }: {
    readonly version: string;
    readonly target: Target;
    readonly binaries: string;
    readonly documents: readonly ArchiveFile[];
    readonly level: number;
  },
): Promise<void> {
  const stem = archiveStem(version, target);
  const binary = {
    path: "imp",
    content: await Deno.readFile(binaryPath(binaries, target)),
    mode: 0o755,
  };
  const tar = toTar(stem, [binary, ...documents]);
  await Deno.writeFile(join(assets, `${stem}.tar.gz`), await gzip(tar));
  const small = await zstd(tar, level);
  if (small === undefined) console.log(`No zstd here: ${stem}.tar.zst is not made`);
  else await Deno.writeFile(join(assets, `${stem}.tar.zst`), small);
}

/** The script that people pipe into a shell knows its repository. */
async function writeInstaller(assets: string, repository = NO_REPOSITORY): Promise<void> {
  const script = await Deno.readTextFile(join(ROOT, "install.sh"));
  const line = /^repository=.*$/m;
  if (!line.test(script)) throw new BuildError("install.sh has no line for the repository");
  const path = join(assets, "install.sh");
  await Deno.writeTextFile(path, script.replace(line, `repository=${repository}`));
  await Deno.chmod(path, 0o755);
}

/** `SHA256SUMS` of all assets, as sha256sum(1) writes and checks it; returns the sums by name. */
async function writeSums(assets: string): Promise<ReadonlyMap<string, string>> {
  const names = [...Deno.readDirSync(assets)].map(({ name }) => name).toSorted();
  const sums = new Map<string, string>();
  for (const name of names) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(assets, name)));
    sums.set(name, encodeHex(digest));
  }
  const lines = [...sums].map(([name, sum]) => `${sum}  ${name}\n`);
  await Deno.writeTextFile(join(assets, "SHA256SUMS"), lines.join(""));
  return sums;
}

/** What is published elsewhere than among the assets. */
async function writeRest(
  options: ReleaseOptions,
  { binaries, sums }: { binaries: string; sums: ReadonlyMap<string, string> },
): Promise<void> {
  const { version, out, targets, repository = NO_REPOSITORY } = options;
  const homepage = `https://github.com/${repository}`;
  const formula = renderFormula({
    version,
    homepage,
    downloads: `${homepage}/releases/download/v${version}`,
    sums: new Map(targets.flatMap((target) => {
      const sum = sums.get(`${archiveStem(version, target)}.tar.gz`);
      return sum === undefined ? [] : [[target.triple, sum]];
    })),
  });
  await Deno.writeTextFile(join(out, "imp.rb"), formula);
  await writeNpmPackages({
    out: join(out, "npm"),
    version,
    repository: options.repository,
    license: await Deno.readTextFile(join(ROOT, "LICENSE")),
    binaries: new Map(targets.map((target) => [target, binaryPath(binaries, target)])),
  });
  const changelog = await Deno.readTextFile(join(ROOT, "CHANGELOG.md"));
  const notes = changesOf(version, changelog) ?? changesOf("Unreleased", changelog) ?? "";
  await Deno.writeTextFile(join(out, "notes.md"), `${notes}\n`);
}
