import { AppError } from "../base/app_error.ts";
import { ownExecutable } from "../platform/self.ts";
import { compareVersions } from "../upgrade/compare_versions.ts";
import type { Archive } from "../upgrade/find_archive.ts";
import { findPackageManager, type PackageManager } from "../upgrade/package_manager.ts";
import { findRelease, placeOfReleases, type ReleasesPlace } from "../upgrade/releases_place.ts";
import type { UpgradeResult } from "../upgrade/replace_self.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { findDaemons } from "./frame/known_daemons.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson, writeNote } from "./frame/write.ts";
import { countOf } from "./output/count_of.ts";

/** `imp upgrade`: another executable in the place of this one, and nothing stops for it. */
export const command: Command = {
  usage: ["upgrade [--check] [--to VERSION]"],
  description:
    "Replaces imp by its newest release. What was downloaded must have the sum of the release, and " +
    "where gh is there and logged in, must have been built by the repository's workflow. It is tried " +
    "with a daemon and a job of its own; then it takes the place of this one and takes over every " +
    "daemon that runs: the jobs go on all the time. When anything fails, this one stays. An imp that " +
    "a package manager installed is left to it. Never done unasked.",
  flags: [
    { name: "check", summary: "Only tell whether there is a newer one" },
    { name: "to", value: "VERSION", summary: "That release, not the newest; never an older one" },
  ],
  examples: [
    { command: "imp upgrade", what: "also in the middle of a job" },
    { command: "imp upgrade --check --json | jq .newer", what: "for a script" },
  ],
  output: "What was done. With --json current, latest, newer, upgraded, path, managed_by, " +
    "verified and daemons (daemon_id, pid and old_pid of each that went over).",
  exitCodes: {
    0: "done, or nothing to do",
    1: "no release, a wrong one, one that does not work here, or a package manager's business",
    2: "wrong usage",
    77: "its directory cannot be written to",
  },
  async run(ctx, args) {
    expectNoOperands(args, "upgrade");
    const wanted = wantedVersion(args);
    const { path, triple } = expectExecutable();
    const place = { url: placeOfReleases(ctx.env), triple, signal: ctx.signal };
    const manager = findPackageManager(path);
    if (manager !== undefined && !args.has("check")) throw managed(path, manager);
    const archive = await findRelease(place, wanted);
    const order = compareVersions(archive.version, ctx.build.version);
    if (args.has("check") || order === 0) return await tell(ctx, { archive, order, path, manager });
    if (order < 0) throw backwards(ctx, archive);
    const result = await upgrade(ctx, { place, archive, path });
    if (ctx.json) await writeJson(ctx, toJson(ctx, { archive, order, path, manager, result }));
    else await ctx.stdout.write(describe(ctx, archive, result));
    return 0;
  },
};

function expectExecutable(): { path: string; triple: string } {
  const own = ownExecutable();
  if (own !== undefined) return own;
  throw new AppError(
    "upgrade.from_source",
    "This imp runs from source: there is nothing to replace",
    {
      hint: "Update the source, or install a release with install.sh",
    },
  );
}

function wantedVersion(args: ParsedArgs): string | undefined {
  const version = args.value("to")?.replace(/^v/, "");
  if (version === undefined || /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) return version;
  throw new AppError("usage.bad_version", `Not a version: ${JSON.stringify(version)}`, {
    hint: "Such as 0.2.0",
  });
}

function managed(path: string, { name, command: toType }: PackageManager): AppError {
  return new AppError(
    "upgrade.managed",
    `${path} was installed by ${name}, which has to replace it`,
    {
      hint: `Type \`${toType}\`; the next command of imp takes over, and jobs go on`,
    },
  );
}

/** By itself nothing goes backwards: what a newer one wrote, an older one may not understand. */
function backwards(ctx: CommandContext, { version }: Archive): AppError {
  const message = `imp ${version} is older than this one (${ctx.build.version})`;
  return new AppError("upgrade.backwards", message, {
    hint: `If you are sure: \`imp nuke\` in each project, then install.sh --version ${version}`,
  });
}

async function upgrade(
  ctx: CommandContext,
  { place, archive, path }: { place: ReleasesPlace; archive: Archive; path: string },
): Promise<UpgradeResult> {
  await writeNote(ctx, `downloading ${archive.name}`);
  // A tenth of the client, and only for who has something to replace.
  const { replaceSelf } = await import("../upgrade/replace_self.ts");
  const findRunning = async () =>
    (await findDaemons(ctx)).flatMap(({ daemon }) =>
      daemon.running && daemon.pid !== null ? [{ id: daemon.daemon_id, pid: daemon.pid }] : []
    );
  return await replaceSelf({ place, archive, path, clock: ctx.clock, findRunning });
}

/** What is known when it is decided what to do. */
interface Found {
  readonly archive: Archive;
  /** Of the release to this imp: more than 0 when it is newer. */
  readonly order: number;
  readonly path: string;
  readonly manager: PackageManager | undefined;
  readonly result?: UpgradeResult;
}

async function tell(ctx: CommandContext, found: Found): Promise<number> {
  const { archive, order, manager } = found;
  const own = ctx.build.version;
  if (ctx.json) await writeJson(ctx, toJson(ctx, found));
  else if (order <= 0) await ctx.stdout.write(`imp ${own} is the newest\n`);
  else {
    const how = manager?.command ?? "imp upgrade";
    await ctx.stdout.write(`imp ${archive.version} is there, this is ${own}: ${how}\n`);
  }
  return 0;
}

function toJson(ctx: CommandContext, { archive, order, path, manager, result }: Found) {
  return {
    current: ctx.build.version,
    latest: archive.version,
    newer: order > 0,
    upgraded: result !== undefined,
    path,
    managed_by: manager?.name ?? null,
    verified: result?.verified ?? null,
    daemons: (result?.daemons ?? []).map(({ id, pid, oldPid }) => ({
      daemon_id: id,
      pid,
      old_pid: oldPid,
    })),
  };
}

function describe(ctx: CommandContext, { version }: Archive, result: UpgradeResult): string {
  const { verified, daemons } = result;
  const how = verified === "sum" ? "its sum is right" : "it was built by its workflow";
  const over = daemons.length === 0
    ? ""
    : `; ${countOf(daemons.length, "daemon")} went over, the jobs went on`;
  return `Replaced imp ${ctx.build.version} by ${version} (${how})${over}\n`;
}
