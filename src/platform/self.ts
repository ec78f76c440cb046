import { fromFileUrl } from "@std/path/posix/from-file-url";
import { BUILD_STAMP } from "../base/build_stamp.ts";
import { type BuildInfo, PROTOCOL_VERSION, toBuildStamp, VERSION } from "../base/version.ts";
import { childOf, parentOf } from "../base/plain_path.ts";

/** The command that starts this program again: the executable, or deno with the sources. */
export function selfCommand(): string[] {
  if (Deno.build.standalone || BUILD_STAMP !== "") return mainCommand();
  const root = projectRoot();
  return [...denoRun(), `--config=${childOf(root, "deno.json")}`, childOf(root, "main.ts")];
}

/** The command that starts whatever program we are part of again. */
export function mainCommand(): string[] {
  if (Deno.build.standalone) return [executablePath()];
  // A bundle that was not compiled: nothing but its entry file is there.
  const config = BUILD_STAMP === "" ? [] : ["--no-config"];
  return [...denoRun(), ...config, fromFileUrl(Deno.mainModule)];
}

function denoRun(): string[] {
  return [executablePath(), "run", "--quiet", "--allow-all"];
}

/**
 * Since when whatever program we are part of is what it is: when its executable was put where it is, or from source when
 * its newest file was written.
 */
export function mainStamp(): string {
  const main = Deno.build.standalone ? executablePath() : fromFileUrl(Deno.mainModule);
  if (Deno.build.standalone || BUILD_STAMP !== "") return toBuildStamp(installedAtMs(main));
  return toBuildStamp(newestMtime(parentOf(main)));
}

/** A package keeps the time of what is in it; what the system says of the file itself is of this machine. */
function installedAtMs(path: string): number {
  const { ctime, mtime } = Deno.statSync(path);
  return (ctime ?? mtime)?.getTime() ?? 0;
}

/** The executable that this is, where it really lies, and the system it is for; undefined for a run from source. */
export function ownExecutable(): { path: string; triple: string } | undefined {
  if (!Deno.build.standalone) return undefined;
  return { path: Deno.realPathSync(executablePath()), triple: Deno.build.target };
}

/** Version, protocol and build of this program. */
export function selfBuild(): BuildInfo {
  return { protocol: PROTOCOL_VERSION, version: VERSION, build: buildStamp() };
}

/** When this program was built; for a run from source, when its newest file was written. */
export function buildStamp(): string {
  if (BUILD_STAMP !== "") return BUILD_STAMP;
  return toBuildStamp(newestMtime(childOf(projectRoot(), "src")));
}

const DELETED = " (deleted)";

/** Linux appends a remark to the path when an upgrade has replaced the file; the new one is what we want. */
function executablePath(): string {
  const path = Deno.execPath();
  if (!path.endsWith(DELETED)) return path;
  const replaced = path.slice(0, -DELETED.length);
  try {
    return Deno.statSync(replaced).isFile ? replaced : path;
  } catch {
    return path;
  }
}

function projectRoot(): string {
  return fromFileUrl(new URL("../../", import.meta.url));
}

function newestMtime(dir: string): number {
  let newest = 0;
  for (const entry of Deno.readDirSync(dir)) {
    const path = childOf(dir, entry.name);
    if (entry.isDirectory) newest = Math.max(newest, newestMtime(path));
    else if (isProgramText(entry.name)) newest = Math.max(newest, mtimeOf(path));
  }
  return newest;
}

/** An edited test is no reason to replace a daemon. */
function isProgramText(name: string): boolean {
  return /\.tsx?$/.test(name) && !/_test\.tsx?$/.test(name);
}

function mtimeOf(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}
