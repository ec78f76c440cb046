/** A small disk under the state of a box, for tests of what happens when it is full; needs root. */
import { assertEquals } from "@std/assert";
import type { Box } from "./box.ts";
import { hasTools } from "./process_facts.ts";

/** Whether this machine lets us mount. */
export const CAN_MOUNT = Deno.uid() === 0 && hasTools("mount", "umount") && canMount();

function canMount(): boolean {
  const directory = Deno.makeTempDirSync({ dir: "/tmp", prefix: "imp-m-" });
  const mount = new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory],
    stderr: "null",
  }).outputSync();
  if (mount.code === 0) new Deno.Command("umount", { args: [directory] }).outputSync();
  Deno.removeSync(directory);
  return mount.code === 0;
}

/** Puts a disk of this size where the box keeps its state; unmounted with whoever still has files on it. */
export async function mountState(box: Box, sizeKb: number): Promise<SmallDisk> {
  const directory = `${box.root}/state`;
  const { code, stderr } = await box.run(
    ["mount", "-t", "tmpfs", "-o", `size=${sizeKb}k,mode=0700`, "tmpfs", directory],
  );
  assertEquals(code, 0, stderr);
  return new SmallDisk(box, directory);
}

/** See {@linkcode mountState}. */
export class SmallDisk implements AsyncDisposable {
  readonly #box: Box;
  readonly #directory: string;

  constructor(box: Box, directory: string) {
    this.#box = box;
    this.#directory = directory;
  }

  /** Takes what space there is; what is freed afterwards is free. */
  async fill(): Promise<void> {
    await this.#box.shell("cat /dev/zero >> filler", { cwd: this.#directory });
  }

  /** Gives it back. */
  async free(): Promise<void> {
    await this.#box.run(["rm", "-f", `${this.#directory}/filler`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.free();
    await this.#box.imp(["nuke"]);
    await this.#box.run(["umount", "-l", this.#directory]);
  }
}
