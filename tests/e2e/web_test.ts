/** What `imp web` answers, to its page and to others, without a browser. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { CAN_BE_OTHER_USER } from "../support/other_user.ts";
import { openPageClient, type PageClient } from "../support/page_client.ts";

/** A job that has printed something and goes on. */
async function addJob(box: Box, name: string, script: string) {
  const command = ["sh", "-c", `${script}; exec sleep 1000`];
  return JSON.parse(await box.impOk(["--json", "add", "--name", name, "--", ...command]));
}

async function projectOf(page: PageClient): Promise<string> {
  return (await page.get("projects", {})).daemon_id;
}

Deno.test("G3 imp web lets in its own page only, and that only with the link, once", async () => {
  await using box = await openBox();
  await using page = await openPageClient(box);
  assertMatch(page.url, /^http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{64}$/);
  const next = (await page.web.waitForStdout(/\n.*"type":"link".*\n/)).trim().split("\n")[1]!;
  assert(!next.includes(page.token), "another link is printed when the first was used");

  const replayed = await page.ask("login", { token: page.token });
  assertEquals([replayed.status, JSON.parse(replayed.body).error.code], [401, "web.used_token"]);
  assertStringIncludes(replayed.body, "imp web has shown a new one");
  assertEquals(await page.codeOf("login", { token: "0".repeat(64) }), [401, "web.bad_token"]);
  const keys = [undefined, "Bearer x", `Bearer ${page.token}`];
  for (const authorization of keys) {
    assertEquals(await page.codeOf("projects", {}, { authorization }), [401, "web.no_key"]);
  }

  const { host } = new URL(page.origin);
  for (const name of ["evil.example", `evil.example:${host.split(":")[1]}`, "localhost"]) {
    assertEquals(await page.codeOf("projects", {}, { host: name }), [421, "web.wrong_host"]);
    assertEquals((await page.raw("GET /", { host: name })).status, 421);
  }
  for (const origin of ["http://evil.example", "null", undefined]) {
    assertEquals(await page.codeOf("projects", {}, { origin }), [403, "web.wrong_origin"]);
  }
  const site = { "sec-fetch-site": "cross-site" };
  assertEquals(await page.codeOf("projects", {}, site), [403, "web.wrong_origin"]);
  const type = { "content-type": "text/plain" };
  assertEquals(await page.codeOf("projects", {}, type), [415, "web.not_json"]);
  assertEquals((await page.raw("OPTIONS /api/stop", { origin: page.origin })).status, 405);
  assertEquals(await page.codeOf("projects", "x".repeat(20_000)), [413, "web.too_large"]);

  const { head, body } = await page.raw("GET /", {});
  assertStringIncludes(body, '<script type="module" src="/page.js">');
  assertStringIncludes(head, "default-src 'none'; script-src 'self'");
  assert(!/^(set-cookie|access-control)/im.test(head), head);
});

Deno.test("imp web weighs less than 60 KB", async () => {
  await using box = await openBox();
  await using page = await openPageClient(box);
  let bytes = 0;
  for (const path of ["/", "/page.js", "/page.css", "/icon.svg"]) {
    const { status, head } = await page.raw(`GET ${path}`, { "accept-encoding": "gzip" });
    assertEquals(status, 200);
    assertStringIncludes(head, "content-encoding: gzip");
    bytes += head.length + Number(/content-length: (\d+)/i.exec(head)![1]);
  }
  assert(bytes > 1_000 && bytes < 60_000, `${bytes} bytes`);
});

Deno.test("the page starts, stops, restarts and signals jobs, and sees it", async () => {
  await using box = await openBox();
  const { id: job } = await addJob(box, "api", "trap 'echo HUPPED' HUP; echo hello");
  await using page = await openPageClient(box);
  const project = await projectOf(page);
  const seen: string[] = [];
  const watch = (async () => {
    for await (const line of page.lines("watch", { project })) {
      if (line.type === "snapshot") seen.push(`snapshot ${line.jobs.length}`);
      if (line.type === "event") seen.push(line.event);
      if (line.event === "job_removed") break;
    }
  })();
  assertEquals((await page.get("stop", { project, job })).result.jobs[0].status, "stopped");
  assertEquals((await page.get("start", { project, job })).result.jobs[0].action, "started");
  assertEquals((await page.get("restart", { project, job })).exit_code, 0);
  assertEquals((await page.get("signal", { project, job, signal: "HUP" })).exit_code, 0);
  const { result } = await page.get("show", { project, job });
  assertEquals(result.runs.length, 3);
  assertEquals(await page.codeOf("stop", { project, job: "nope" }), [422, "job.not_found"]);
  const unknown = { project: "unknown-1", job };
  assertEquals(await page.codeOf("stop", unknown), [422, "daemon.unknown"]);
  await box.impOk(["rm", "-f", "api"]);
  await watch;
  assertEquals(seen[0], "snapshot 1");
  for (const event of ["job_stopped", "job_started", "job_removed"]) assert(seen.includes(event));
});

Deno.test("the page follows what a job prints, searches it, and reads earlier runs", async () => {
  await using box = await openBox();
  const { id: job } = await addJob(
    box,
    "api",
    "echo '<script>1</script>'; seq 1 50; echo $((7*6))",
  );
  await box.impOk(["restart", "api"]);
  await using page = await openPageClient(box);
  const project = await projectOf(page);
  const follow = { project, job, lines: 2, follow: true };
  const texts: string[] = [];
  for await (const line of page.lines("output", follow)) {
    texts.push(line.text);
    if (line.text === "50") await box.impOk(["stop", "api"]);
    if (line.event === "ended") break;
  }
  assertEquals(texts.slice(0, 2), ["50", "42"]);
  const read = async (more: object) => {
    const { body } = await page.ask("output", { project, job, lines: 9, follow: false, ...more });
    return body.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  };
  const found = await read({ pattern: "^4\\d$", run: 1 });
  const rows = found.map(({ text, run }) => [text, run]);
  assertEquals(rows.at(-1), ["42", 1]);
  assertEquals(rows.length, 9);
  assertEquals((await read({ pattern: "<scr" })).map(({ text }) => text), [
    "<script>1</script>",
  ]);
  assertEquals((await read({ pattern: "(" }))[0].error.code, "usage.bad_pattern");
  assertEquals((await read({ run: 7 }))[0].error.code, "run.not_found");
});

Deno.test("the page tells all about a job, no value of its environment, and what it has missed", async () => {
  await using box = await openBox();
  await box.file("project/<b>/x", "");
  const define = ["--name", "api", "--cwd", "<b>", "--restart", "always"];
  const command = ["--", "sh", "-c", "exec sleep 1000", "--password", "hush-hush"];
  await box.impOk([
    "add",
    "-q",
    ...define,
    "--port",
    "http=auto",
    "--env=SECRET_WORD=hush-hush",
    ...command,
  ]);
  await box.impOk(["restart", "-q", "api"]);
  await using page = await openPageClient(box);
  const project = await projectOf(page);
  const { id: job, ports_declared } = (await box.impJson(["list"])).jobs[0];
  const { result } = await page.get("details", { project, job });
  const facts = Object.fromEntries(result.facts);
  assertEquals(facts.command, "sh -c 'exec sleep 1000' --password '***'");
  assertEquals(facts.directory, `${box.project}/<b>`);
  assertEquals(facts.restart, "always");
  assertStringIncludes(facts.declares, `http ${ports_declared[0].url}`);
  assert(facts.environment.split(" ").includes("SECRET_WORD"));
  assert(!JSON.stringify(result).includes("hush-hush"));
  assertEquals(result.runs.map(({ run }: { run: number }) => run), [2, 1]);
  assertMatch(result.runs[1].what, /^stopped \(SIGTERM\) · .*s · \d{4}-\d\d-\d\d /);
  assertEquals(await page.codeOf("details", { project, job: "nope" }), [422, "job.not_found"]);

  const told = async (payload: object) => {
    const seqs: number[] = [];
    for await (const line of page.lines("watch", { project, ...payload })) {
      if (line.type === "event") seqs.push(line.seq);
      if (line.type === "usage") return seqs;
    }
    return seqs;
  };
  const all = await told({});
  assert(all.length > 3);
  const since = all.at(-3)!;
  assertEquals(await told({ since }), all.slice(-2));
  assertEquals(await told({ since: 1e9 }), all, "that of another store says nothing");
});

Deno.test("F41 what the page watches goes on when the daemon is killed", async () => {
  await using box = await openBox();
  const { pid } = await addJob(box, "api", "echo hello");
  await using page = await openPageClient(box);
  const project = await projectOf(page);
  const links: string[] = [];
  let isKilled = false;
  for await (const line of page.lines("watch", { project })) {
    if (line.type === "link") links.push(line.link);
    if (line.type === "snapshot" && !isKilled) {
      isKilled = true;
      await killDaemon(box);
    }
    if (links.includes("reconnecting") && line.type === "usage") {
      assertEquals(line.jobs.length, 1);
      break;
    }
  }
  assertEquals(links.at(-1), "connected");
  const { jobs } = await box.impJson(["list"]);
  assertEquals([jobs[0].pid, jobs[0].run], [pid, 1], "the same run goes on");
});

Deno.test("the page shows a project without a daemon as it was left, and starts none", async () => {
  await using box = await openBox();
  const other = { cwd: `${box.root}/other` };
  await box.file("other/imp.yaml", "jobs: { left: { command: sleep 1000 } }\n");
  await box.impOk(["up"], other);
  const id = (await box.impJson(["ping"], other)).daemon_id;
  await box.impOk(["daemon", "stop"], other);
  await using page = await openPageClient(box);
  const { projects } = await page.get("projects", {});
  const listed = projects.find(({ daemon_id }: { daemon_id: string }) => daemon_id === id);
  assertEquals(listed.running, false);
  for await (const line of page.lines("watch", { project: id })) {
    if (line.type === "link") assertEquals(line.link, "down");
    if (line.type !== "snapshot") continue;
    assertEquals(line.jobs[0].name, "left");
    break;
  }
  assertEquals((await box.daemons()).length, 1);
});

Deno.test("imp web says which port is taken, and ends with Ctrl+C", async () => {
  await using box = await openBox();
  await using web = box.startImp(["web"]);
  const text = await web.waitForStdout(/^http.*\n/);
  const { port } = new URL(text.trim());
  const { code, stderr } = await box.imp(["--json", "web", "--port", port]);
  assertEquals([code, JSON.parse(stderr).error.code], [6, "web.port_taken"]);
  assertEquals((await box.imp(["web", "--port", "65536"])).code, 2);
  web.kill("SIGINT");
  assertEquals((await web.result()).code, 130);
});

Deno.test({
  name: "G3 another user's process finds no way in (needs root, curl)",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using box = await openBox();
    await using page = await openPageClient(box);
    const asOther = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const curl = async (args: readonly string[]) =>
      await box.run([...asOther, "curl", "-s", "--noproxy", "*", ...args], { cwd: "/" });
    const json = ["-H", "content-type: application/json", "-H", `origin: ${page.origin}`];
    const asked = await curl([...json, "-d", "{}", `${page.origin}/api/projects`]);
    assertEquals(JSON.parse(asked.stdout).error.code, "web.no_key");
    const seen = await box.run([...asOther, "cat", `/proc/${page.web.pid}/cmdline`], { cwd: "/" });
    assertStringIncludes(seen.stdout, "web");
    assert(!seen.stdout.includes(page.token), "no argument of a program tells the link");
  },
});
