const PASSWD = "/etc/passwd";
const ROOT = "0";

/** The user that a process acts as, by name where the machine knows one; undefined when the process is gone. */
export function ownerOf(pid: number): string | undefined {
  const uid = Deno.build.os === "linux" ? readLinuxUid(pid) : readByPs(pid);
  return uid === undefined ? undefined : userName(uid);
}

/** The second of the four is the effective one, which counts when it is signalled (proc_pid_status(5)). */
function readLinuxUid(pid: number): string | undefined {
  try {
    return /^Uid:\s+\d+\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
  } catch {
    return undefined;
  }
}

function readByPs(pid: number): string | undefined {
  const { stdout } = new Deno.Command("ps", { args: ["-o", "uid=", "-p", String(pid)] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim() || undefined;
}

/** A user by name where the machine knows one. */
export function userName(uid: string): string {
  try {
    for (const line of Deno.readTextFileSync(PASSWD).split("\n")) {
      const [name, , id] = line.split(":");
      if (id === uid && name) return name;
    }
  } catch {
    // Then its number has to do.
  }
  return uid === ROOT ? "root" : `uid ${uid}`;
}

/** The user that we act as, by name where the machine knows one. */
export function currentUser(): string {
  const uid = Deno.uid();
  return uid === null ? "unknown" : userName(String(uid));
}
