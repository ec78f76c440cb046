/** Small disks of real file systems, for faults that only those have; Linux and root. */
import type { Box } from "./box.ts";
import { hasTools } from "./process_facts.ts";

/** What a disk can be made of. */
export const DISK_KINDS = ["ext4", "xfs", "btrfs", "tmpfs"] as const;
export type DiskKind = typeof DISK_KINDS[number];

/** How a kind is made; mkfs.xfs takes no less than 300 MB, which stay holes in the image. */
const MAKING: Readonly<Record<Exclude<DiskKind, "tmpfs">, { size: string; mkfs: string[] }>> = {
  ext4: { size: "24M", mkfs: ["mkfs.ext4", "-q", "-F", "-m", "0"] },
  xfs: { size: "300M", mkfs: ["mkfs.xfs", "-q"] },
  btrfs: { size: "128M", mkfs: ["mkfs.btrfs", "-q"] },
};

/** Big pieces first; what is left over goes to `cat`, byte for byte. */
const FILL = "i=0; for size in 64M 16M 4M 1M 256K 64K 16K 4K; do " +
  "while fallocate -l $size filler.$((i=i+1)) 2>/dev/null; do :; done; done; " +
  "while cat /dev/zero > filler.$((i=i+1)); do :; done 2>/dev/null; :";

/** Options of {@linkcode mountDisk}. */
export interface DiskOptions {
  readonly kind: DiskKind;
  /** Of a tmpfs. */
  readonly sizeKb?: number;
  /** More words for mkfs. */
  readonly mkfs?: readonly string[];
}

/** A mounted disk; unmounted at the end of the scope, with whoever still has files on it. */
export class Disk implements AsyncDisposable {
  readonly #box: Box;
  readonly path: string;

  constructor(box: Box, path: string) {
    this.#box = box;
    this.path = path;
  }

  /** Leaves room for nothing. */
  async fill(): Promise<void> {
    await this.#box.shell(FILL, { cwd: this.path });
  }

  /** Takes back what {@linkcode fill} did. */
  async empty(): Promise<void> {
    await this.#box.shell("rm -f filler.*", { cwd: this.path });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#box.run(["umount", "-l", this.path], { cwd: "/" });
  }
}

/** Mounts a new disk at the directory `path`. */
export async function mountDisk(box: Box, path: string, options: DiskOptions): Promise<Disk> {
  const { kind, sizeKb = 8 * 1024, mkfs = [] } = options;
  if (kind === "tmpfs") {
    await runOk(box, ["mount", "-t", kind, "-o", `size=${sizeKb}k`, kind, path]);
  } else {
    const image = `${box.root}/${kind}.img`;
    await runOk(box, ["truncate", "-s", MAKING[kind].size, image]);
    await runOk(box, [...MAKING[kind].mkfs, ...mkfs, image]);
    await runOk(box, ["mount", "-o", "loop", image, path]);
  }
  await Deno.chmod(path, 0o700);
  return new Disk(box, path);
}

async function runOk(box: Box, command: readonly string[]): Promise<void> {
  const { code, stderr } = await box.run(command, {
    cwd: "/",
    env: { PATH: `${box.env.PATH}:/usr/sbin:/sbin` },
  });
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
}

/** The kinds that can be made and mounted here; says which cannot, and which tests are not run for it. */
export function findDiskKinds(tests: string): DiskKind[] {
  const found = DISK_KINDS.filter(canMountDisk);
  const missing = DISK_KINDS.filter((kind) => !found.includes(kind));
  if (missing.length > 0) {
    console.warn(`NOT RUN: ${tests} on ${missing.join(", ")}, for they cannot be mounted here`);
  }
  return found;
}

/** Whether one of this kind can be made and mounted here. */
export function canMountDisk(kind: DiskKind): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const directory = Deno.makeTempDirSync({ dir: "/tmp", prefix: "imp-m-" });
  try {
    const image = `${directory}/image`;
    if (kind !== "tmpfs") {
      if (!hasTools("truncate", "losetup")) return false;
      const { size, mkfs } = MAKING[kind];
      if (!run(["truncate", "-s", size, image]) || !run([...mkfs, image])) return false;
    }
    Deno.mkdirSync(`${directory}/at`);
    const how = kind === "tmpfs" ? ["-t", "tmpfs", "tmpfs"] : ["-o", "loop", image];
    return run(["mount", ...how, `${directory}/at`]) && run(["umount", `${directory}/at`]);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function run([program, ...args]: readonly string[]): boolean {
  try {
    const env = { PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin` };
    return new Deno.Command(program!, { args, env, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
