import { dirname } from "@std/path/posix";
import { writeFileAtomic } from "./atomic_write.ts";
import { configRoot, type ReadEnv } from "./paths.ts";
import { refuseUnderSudo } from "./private_dir.ts";

/** What of this machine and its user matters to a service manager. */
export interface ServiceHost {
  readonly os: "linux" | "darwin" | "other";
  readonly uid: number;
  /** `$XDG_CONFIG_HOME`. */
  readonly configDir: string;
  readonly homeDir: string;
}

/** This machine and its user. */
export function currentServiceHost(env: ReadEnv): ServiceHost {
  const { os } = Deno.build;
  return {
    os: os === "linux" || os === "darwin" ? os : "other",
    uid: Deno.uid() ?? 0,
    configDir: configRoot(env) ?? "/.config",
    homeDir: env("HOME") ?? "/",
  };
}

/** Whether there is anything at `path`. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a unit where its manager looks for it, readable for everybody as such files are.
 * @throws AppError `permission.unsafe_directory` under a sudo that would leave root's files in a user's home
 */
export function writeUnitFile(path: string, text: string): void {
  refuseUnderSudo(path);
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileAtomic(path, text, { mode: 0o644, fsync: true });
}
