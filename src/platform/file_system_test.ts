import { assert, assertEquals } from "@std/assert";
import { fileSystemOf, findFileSystem, isShared } from "./file_system.ts";

const MOUNTS = String.raw`22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:20 / /proc rw - proc proc rw
30 22 0:40 /export/home /home rw,relatime shared:9 master:3 - nfs4 server:/export rw,vers=4.2
31 30 0:41 / /home/ann/my\040disk rw - fuse.sshfs ann@host: rw
32 22 0:42 / /srv rw - tmpfs old rw
33 22 0:43 / /srv rw - xfs /dev/vdb rw
`;

Deno.test("F108 findFileSystem() takes the nearest mount above a path, the last of several at one place", () => {
  const expected: Readonly<Record<string, string>> = {
    "/": "ext4",
    "/homely": "ext4",
    "/home": "nfs4",
    "/home/ann/.local/state": "nfs4",
    "/home/ann/my disk/x": "fuse.sshfs",
    "/srv/x": "xfs",
  };
  for (const [path, type] of Object.entries(expected)) {
    assertEquals(findFileSystem(MOUNTS, path), type, path);
  }
  assertEquals(findFileSystem("", "/"), undefined);
});

Deno.test("F108 isShared() is true of what other machines may have, too", () => {
  const shared = ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.gcsfuse"];
  const own = ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.fuse-overlayfs"];
  assertEquals(shared.filter((type) => !isShared(type)), []);
  assertEquals(own.filter(isShared), []);
});

Deno.test({
  name: "fileSystemOf() tells it of paths that are yet to be made",
  ignore: Deno.build.os !== "linux",
  fn() {
    assertEquals(fileSystemOf("/proc/self"), "proc");
    const own = fileSystemOf("/");
    assert(own !== undefined);
    assertEquals(fileSystemOf("/no/such/directory"), own);
    assertEquals(fileSystemOf("/etc/passwd/below"), fileSystemOf("/etc/passwd"));
    const link = Deno.makeTempFileSync();
    Deno.removeSync(link);
    Deno.symlinkSync("/no/such/directory", link);
    assert(fileSystemOf(`${link}/a`) !== undefined);
    Deno.removeSync(link);
  },
});
