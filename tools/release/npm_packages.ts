/**
 * The packages for npm: one with a launcher, and one a platform with the binary, which npm, pnpm and Bun choose by `os`
 * and `cpu`. No script is run when they are installed: some refuse that, and others should.
 */
import { copy } from "@std/fs/copy";
import { join } from "@std/path";
import { NPM_SCOPE } from "../../src/base/releases.ts";
import type { Target } from "./targets.ts";

/** What the packages are made of. */
export interface NpmOptions {
  readonly out: string;
  readonly version: string;
  /** `OWNER/NAME`. */
  readonly repository: string | undefined;
  readonly license: string;
  /** The platforms with their binaries. */
  readonly binaries: ReadonlyMap<Target, string>;
}

/** Writes a directory for each package into `out`. */
export async function writeNpmPackages(options: NpmOptions): Promise<void> {
  for (const [target, binary] of options.binaries) await writePlatform(target, binary, options);
  const dir = join(options.out, "imp");
  const launcher = await Deno.readTextFile(new URL("npm_launcher.sh", import.meta.url));
  await writePackage(dir, options, {
    name: `${NPM_SCOPE}/imp`,
    ...common(options),
    description: "A small daemon for every project: starts, keeps, watches and stops its processes",
    bin: { imp: "bin/imp" },
    files: ["bin/imp", "LICENSE", "README.md"],
    optionalDependencies: Object.fromEntries(
      [...options.binaries.keys()].map((target) => [packageName(target), options.version]),
    ),
  });
  await Deno.mkdir(join(dir, "bin"));
  await Deno.writeTextFile(join(dir, "bin/imp"), launcher.replaceAll("@SCOPE@", NPM_SCOPE));
  await Deno.chmod(join(dir, "bin/imp"), 0o755);
}

async function writePlatform(target: Target, binary: string, options: NpmOptions): Promise<void> {
  const { os, cpu } = target.npm;
  const dir = join(options.out, `${os}-${cpu}`);
  await writePackage(dir, options, {
    name: packageName(target),
    ...common(options),
    description: `The executable of imp for ${os} on ${cpu}; install ${NPM_SCOPE}/imp`,
    os: [os],
    cpu: [cpu],
    ...os === "linux" ? { libc: ["glibc"] } : {},
    files: ["bin/imp", "LICENSE"],
    // Yarn would keep it in an archive.
    preferUnplugged: true,
  });
  await Deno.mkdir(join(dir, "bin"));
  await copy(binary, join(dir, "bin/imp"));
  await Deno.chmod(join(dir, "bin/imp"), 0o755);
}

async function writePackage(dir: string, options: NpmOptions, manifest: object): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  await Deno.writeTextFile(join(dir, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await Deno.writeTextFile(join(dir, "LICENSE"), options.license);
  await Deno.writeTextFile(join(dir, "README.md"), README);
}

const README = `# imp

A small daemon for every project: one executable that starts, keeps, watches and stops a project's
background processes. \`imp help\` tells how.
`;

function common({ version, repository }: NpmOptions) {
  const url = `git+https://github.com/${repository}.git`;
  return {
    version,
    license: "MIT",
    ...repository === undefined ? {} : { repository: { type: "git", url } },
  };
}

function packageName({ npm: { os, cpu } }: Target): string {
  return `${NPM_SCOPE}/${os}-${cpu}`;
}
