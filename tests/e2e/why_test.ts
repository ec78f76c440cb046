/** `imp why`: deaths made on purpose, each told by its reason in the first line of an answer of 1 KB at most. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { canMountDisk, mountDisk } from "../support/disk.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { hasTools } from "../support/process_facts.ts";
import { openProject } from "../support/project_box.ts";
import { type Death, expectWhy, MOST_BYTES, troubles, untilAll } from "../support/why_answers.ts";

const STAY = "exec sleep 1000000";
/** Holds 80 MB until it is ended. */
const HOG = "(head -c 80000000 /dev/zero; exec sleep 1000000) | tail -n 1";

/** What dies by itself, in what way its own program or the system has it. */
const DEATHS: Readonly<Record<string, Death>> = {
  code: {
    job: { command: "echo up; echo 'TypeError: x is no function' >&2; exit 3" },
    reason: "exit.code",
    says: /^failed \(3\): TypeError: x is no function$/,
  },
  silent: {
    job: { command: "exit 4" },
    reason: "exit.code",
    says: /^failed \(4\): it said nothing$/,
  },
  segfault: {
    job: { command: "kill -SEGV $$" },
    reason: "crash.segfault",
    says: /^failed \(SIGSEGV\): it crashed: .*memory/,
  },
  pipe: {
    job: { command: "kill -PIPE $$" },
    reason: "signal.pipe",
    says: /^failed \(SIGPIPE\): it wrote to a pipe that nobody reads/,
  },
  limit: {
    job: { command: HOG, memory_limit: "32MiB" },
    reason: "memory.limit",
    says: /^failed \(SIGKILL\): out of memory: imp killed it.*of 32 MiB/,
  },
  file: {
    job: { command: "cat /nowhere/at.all" },
    reason: "file.missing",
    says: /^failed \(1\): "\/nowhere\/at.all" does not exist$/,
  },
  module: {
    job: { command: ["deno", "run", "--no-config", "--cached-only", "main.ts"] },
    reason: "module.missing",
    says: /^failed \(1\): module "left-pad-of-nobody" is missing$/,
  },
  inner: {
    job: { command: "no-such-tool build" },
    reason: "command.not_found",
    says: /^failed \(127\): command "no-such-tool" was not found$/,
  },
  full: {
    job: { command: "head -c 10 /dev/zero > /dev/full" },
    reason: "disk.full",
    says: /^failed \(\d\): the disk is full: /,
  },
  large: {
    job: { command: "ulimit -f 1; exec head -c 1000000 /dev/zero > large" },
    reason: "limit.file_size",
    says: /^failed \((?:SIGXFSZ|1)\): a file became larger than its limit/,
  },
  files: {
    job: { command: "ulimit -n 3; exec cat < /dev/null 9< main.ts" },
    reason: "limit.open_files",
    says: /^failed \(\d\): it has too many files open/,
  },
  variable: {
    job: { command: ": ${DATABASE_URL:?}" },
    reason: "environment.missing",
    says: /^failed \(\d\): environment variable DATABASE_URL is not set$/,
  },
  loop: {
    job: { command: "echo 'Error: no luck' >&2; exit 7", restart: "on-failure:2" },
    reason: "crash_loop",
    says: /^failed \(7\): crash loop: given up after 2 restarts in a row; .*Error: no luck$/,
  },
  unroutable: {
    job: {
      command: [
        ...["deno", "eval", "--no-config"],
        'Deno.listen({ hostname: "192.0.2.1", port: 8123 })',
      ],
    },
    reason: "port.address_unavailable",
    says: /^failed \(1\): it wants to listen on an address that this machine does not have: .*99/,
  },
  // What cannot be started is refused before anything is done: it has to become so between two runs.
  shebang: {
    job: { command: ["./shebang.sh"], restart: "on-failure:1" },
    reason: "crash_loop",
    says: /^failed: crash loop: .*its interpreter "\/nowhere\/interpreter" does not exist$/,
  },
  locked: {
    job: { command: ["./locked.sh"], restart: "on-failure:1" },
    reason: "crash_loop",
    says: /^failed: crash loop: .*Cannot execute ".*locked.sh": permission denied$/,
  },
  inside: {
    job: { command: "./plain.sh" },
    reason: "file.not_permitted",
    says: /^failed \(126\)/,
  },
  vanished: {
    job: { command: ["./vanishing.sh"], restart: "on-failure:1" },
    reason: "crash_loop",
    says: /^failed: crash loop: .*Command not found: ".\/vanishing.sh"$/,
  },
};

/** What cannot be had on every machine. */
const CAN_LACK_PORTS = Deno.build.os === "linux" && hasTools("setpriv") &&
  Number(Deno.readTextFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start")) > 81;
const RARE_DEATHS: Readonly<Record<string, Death>> = {
  ...CAN_LACK_PORTS && {
    privileged: {
      job: {
        command: [
          ...Deno.uid() === 0 ? ["setpriv", "--bounding-set=-net_bind_service"] : [],
          ...["deno", "eval", "--no-config", "Deno.listen({ port: 81 })"],
        ],
      },
      reason: "port.not_permitted",
      says: /^failed \(1\): it may not listen/,
    },
  },
  ...canMountDisk("tmpfs") && {
    crammed: {
      job: { command: "exec head -c 1000000 /dev/zero > disk/large" },
      reason: "disk.full",
      says: /^failed \(1\): the disk is full: .*space/,
    },
  },
};

Deno.test("why tells of what dies by itself, in the first line and 1 KB", async () => {
  const deaths = { ...DEATHS, ...RARE_DEATHS };
  const jobs = Object.entries(deaths).map(([name, { job }]) => [name, job]);
  await using box = await openProject(Object.fromEntries(jobs));
  await Deno.mkdir(`${box.project}/disk`);
  await using _disk = canMountDisk("tmpfs")
    ? await mountDisk(box, `${box.project}/disk`, { kind: "tmpfs", sizeKb: 64 })
    : undefined;
  await box.file("config/imp/config.yaml", "backoff_initial: 20ms\n");
  await box.file("project/main.ts", 'import "left-pad-of-nobody";\n');
  const breaking = "printf '#!/nowhere/interpreter\\n' > new; chmod 755 new; mv new shebang.sh";
  await box.file("project/shebang.sh", `#!/bin/sh\n${breaking}; exit 1\n`, 0o755);
  await box.file("project/locked.sh", '#!/bin/sh\nchmod 644 "$0"; exit 1\n', 0o755);
  await box.file("project/plain.sh", "#!/bin/sh\n", 0o644);
  await box.file("project/vanishing.sh", '#!/bin/sh\nrm -- "$0"\nexit 1\n', 0o755);
  const deno = Deno.execPath().replace(/\/[^/]*$/, "");
  await box.imp(["up", "--no-wait"], {
    env: { PATH: `${deno}:${box.env.PATH}`, DATABASE_URL: undefined },
  });
  await untilAll(box, Object.keys(deaths), /failed/);
  await expectWhy(box, deaths);

  const all = await box.impOk(["why"]);
  assert(new TextEncoder().encode(all).length <= MOST_BYTES);
  assertMatch(all, /\(code\) failed \(3\): TypeError/);
  assertMatch(all, /\nand \d+ more: imp list, imp why JOB\n$/);
  // Whoever looks without a daemon is told the same.
  await box.impOk(["daemon", "stop"]);
  await expectWhy(box, { loop: DEATHS.loop!, limit: DEATHS.limit! });
  assertEquals(await box.daemons(), []);
});

Deno.test("why names who holds the port that a job wanted, whoever it is and however it wanted it", async () => {
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr;
  const server = fixture("http_server.ts");
  await using box = await openProject({
    typed: { command: [...server, String(port)] },
    owner: { command: [...server, "${ports.http}"], ports: { http: "auto" }, ready: "ports" },
    second: { command: [...server, "${jobs.owner.ports.http}"], depends_on: ["owner"] },
    declared: { command: STAY, ports: { http: "auto" }, restart: "on-failure:1" },
  });
  await box.imp(["up", "--no-wait"]);
  await untilAll(box, ["typed", "second"], /failed/);
  const texts = await expectWhy(box, {
    typed: { reason: "port.taken", says: /^failed \(1\): port \d+ is taken: pid \d+ \(deno/ },
    second: {
      reason: "port.taken",
      says:
        /^failed \(1\): port \d+ is taken: pid \d+ \(deno.*\) of job \w+ \(owner\) listens on it$/,
    },
  });
  assertStringIncludes(texts.typed!, `port ${port} is taken: pid ${Deno.pid} `);
  assertMatch(texts.second!, /\nnext: imp stop owner\n$/);

  // A port that it has declared was taken between two of its runs.
  using found = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const declared = found.addr.port;
  found.close();
  const declare = ["--port", `http=${declared}`, "--restart", "on-failure:1"];
  await box.impOk(["add", "--name", "late", ...declare, "--", "sleep", "1000001"]);
  using _other = Deno.listen({ hostname: "127.0.0.1", port: declared });
  Deno.kill((await box.impJson(["show", "late"])).pid, "SIGKILL");
  await untilAll(box, ["late"], /failed/);
  const { late } = await expectWhy(box, {
    late: { reason: "crash_loop", says: /Port \d+ is held by pid \d+ \(deno/ },
  });
  assertStringIncludes(late!, `held by pid ${Deno.pid} `);
});

Deno.test("why tells what a job waits for, and why that is not there; and why it is not ready", async () => {
  await using box = await openProject({
    db: { command: "echo 'cannot open /nowhere: No such file' >&2; exit 2" },
    web: { command: STAY, depends_on: { db: "ready" } },
    proxy: { command: STAY, depends_on: { web: "started" } },
    slow: { command: STAY, ready: { tcp: 1, within: "100ms" } },
    sick: {
      command: STAY,
      health: { command: "exit 1", interval: "100ms", retries: 1, grace: "0s" },
    },
    well: { command: STAY },
    always: { command: "exit 0", restart: "always" },
    fork: { command: `sleep 1000000 & exit 0` },
  });
  await box.imp(["up", "--no-wait"]);
  await eventually("all is as wrong as it gets", async () => {
    const reasons = await troubles(box);
    return ["dependency.failed", "ready.timed_out", "health.failing", "restart.always"]
      .every((reason) => reasons.includes(reason));
  });
  await untilAll(box, ["fork"], /exited/);
  const { fork } = await expectWhy(box, {
    web: {
      reason: "dependency.failed",
      says: /^waiting: it needs db to be ready, which is failed \(2\): "\/nowhere" does not exist$/,
    },
    proxy: {
      reason: "dependency.failed",
      says: /^waiting: it needs web to be started, which waits itself: it needs db.*"\/nowhere"/,
    },
    slow: { reason: "ready.timed_out", says: /^not ready: not ready within 100ms: / },
    sick: { reason: "health.failing", says: /^not ready: not healthy: / },
    well: { reason: "ok.running", says: /^running: it is up and ready/ },
    always: {
      reason: "restart.always",
      says: /ends by itself with code 0, and its policy "always" starts it again/,
    },
    fork: {
      reason: "exit.left_processes",
      says: /^exited: it ended with code 0 and left 1 process running.*: \d+ \(sleep\)$/,
    },
  });
  assertMatch(fork!, /\nleft running: \d+ \(sleep\) of run 1\n/);
});
