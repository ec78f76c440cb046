import { assertEquals } from "@std/assert";
import { createOomKillsReader } from "./oom_kills.ts";

/** A kernel of files: by their paths under its root. */
function withKernel(files: Record<string, string>, check: (root: string) => void): void {
  const root = Deno.makeTempDirSync();
  try {
    for (const [path, text] of Object.entries(files)) {
      const full = `${root}/${path}`;
      Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(full, text);
    }
    check(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

const EVENTS = "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n";
const CONTROL = "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n";
const VMSTAT = "nr_free_pages 17\noom_kill 7\nthp_split 0\n";

const KERNELS: Record<string, { files: Record<string, string>; cgroup: number | null }> = {
  "version 2": {
    files: {
      "proc/self/cgroup": "0::/user.slice/app.scope\n",
      "cgroup/user.slice/app.scope/memory.events": EVENTS,
      "cgroup/memory.events": "oom_kill 99\n",
    },
    cgroup: 2,
  },
  "version 2 of a container that is told the host's path": {
    files: { "proc/self/cgroup": "0::/docker/4711\n", "cgroup/memory.events": EVENTS },
    cgroup: 2,
  },
  "version 1": {
    files: {
      "proc/self/cgroup": "8:pids:/\n4:cpu,memory:/jobs\n0::/\n",
      "cgroup/memory/jobs/memory.oom_control": CONTROL,
    },
    cgroup: 5,
  },
  "none that tells": { files: { "proc/self/cgroup": "0::/\n" }, cgroup: null },
  "no file at all": { files: {}, cgroup: null },
};

for (const [name, { files, cgroup }] of Object.entries(KERNELS)) {
  Deno.test(`createOomKillsReader() reads the count of a cgroup of ${name}`, () => {
    withKernel({ ...files, "proc/vmstat": VMSTAT }, (root) => {
      const places = { proc: `${root}/proc`, cgroups: `${root}/cgroup` };
      assertEquals(createOomKillsReader(places)(), { cgroup, machine: 7 });
    });
  });
}

Deno.test("createOomKillsReader() knows nothing where the kernel does not tell", () => {
  assertEquals(createOomKillsReader({ proc: "/nowhere", cgroups: "/nowhere" })(), {
    cgroup: null,
    machine: null,
  });
});
