/** What the system says of processes and programs. */

/** A process as the system lists it; a long command line has lost its middle. */
export interface ProcessInfo {
  readonly pid: number;
  readonly command: string;
}

const LONGEST_COMMAND = 300;
/** USER_HZ: the same on every Linux that Deno runs on. */
const CLOCK_TICKS_PER_SECOND = 100;

/** The processes whose environment has `name=value`. */
export async function processesWithEnv(name: string, value: string): Promise<ProcessInfo[]> {
  if (Deno.build.os !== "linux") return await listByPs(`${name}=${value}`);
  const mark = `\0${name}=${value}\0`;
  return [...Deno.readDirSync("/proc")].filter((entry) => /^\d+$/.test(entry.name))
    .filter((entry) => `\0${readProc(entry.name, "environ")}`.includes(mark))
    .map((entry) => ({
      pid: Number(entry.name),
      command: shorten(readProc(entry.name, "cmdline").replaceAll("\0", " ").trim()),
    }));
}

/**
 * True while `pid` is there and no zombie. A killed process whose last threads are still ending is not gone: they hold
 * its locks.
 */
export function isAlive(pid: number): boolean {
  if (Deno.build.os === "linux") {
    const fields = statOf(pid);
    if (fields === undefined) return false;
    return !["Z", "X"].includes(fields[0]!) || Number(fields[17]) > 1;
  }
  const { code } = new Deno.Command("kill", { args: ["-0", String(pid)], stderr: "null" })
    .outputSync();
  return code === 0;
}

/** The state of a process as /proc has it, such as `T` for stopped; Linux only. */
export function stateOf(pid: number): string | undefined {
  return statOf(pid)?.[0];
}

/** The parent of a process, such as the shim of a command; Linux only. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)?.[1]);
}

/** A figure of a process in bytes, such as its peak (`VmHWM`) or its present size (`VmRSS`); Linux only. */
export function memoryOf(pid: number, figure: "VmHWM" | "VmRSS"): number {
  const line = new RegExp(`^${figure}:\\s+(\\d+) kB`, "m").exec(readProc(String(pid), "status"));
  if (!line) throw new Error(`No ${figure} for process ${pid}: is it there?`);
  return Number(line[1]) * 1024;
}

/**
 * Begins to watch how much memory a process has at its peak; returns how much more that was than now, in bytes. What it
 * had before is forgotten: a process that has just given some back would seem to grow. Linux only.
 */
export function watchPeak(pid: number): () => number {
  Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = memoryOf(pid, "VmRSS");
  return () => memoryOf(pid, "VmHWM") - before;
}

/** Processor time that a process has used so far, in seconds; Linux only. */
export function cpuSecondsOf(pid: number): number {
  const fields = statOf(pid)!;
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

/** True when every one of these programs is on the machine. */
export function hasTools(...names: string[]): boolean {
  const directories = (Deno.env.get("PATH") ?? "").split(":");
  return names.every((name) => directories.some((directory) => isFile(`${directory}/${name}`)));
}

function shorten(text: string): string {
  if (text.length <= LONGEST_COMMAND) return text;
  const half = LONGEST_COMMAND / 2;
  return `${text.slice(0, half)} … ${text.slice(-half)}`.replaceAll("\n", " ");
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The fields of /proc/PID/stat from the state on, which is the third (proc_pid_stat(5)). */
function statOf(pid: number): string[] | undefined {
  const text = readProc(String(pid), "stat");
  return text === "" ? undefined : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function readProc(pid: string, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}

async function listByPs(mark: string): Promise<ProcessInfo[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-Eww", "-axo", "pid=,command="] })
    .output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line.includes(mark))
    .map((line) => ({ pid: parseInt(line), command: line.trim().slice(0, 200) }));
}
