import { assertEquals } from "@std/assert";
import { completeWords } from "./complete_words.ts";
import { COMMANDS } from "../index.ts";

const live = {
  commands: COMMANDS,
  jobs: () => Promise.resolve([{ value: "api" }, { value: "app" }, { value: "web" }]),
  groups: () => Promise.resolve([{ value: "@back" }]),
  declared: () => Promise.resolve([{ value: "db" }, { value: "@back" }]),
  daemons: () => Promise.resolve([{ value: "shop-1a2b3c4d" }, { value: "blog-5e6f7a8b" }]),
  runs: () => Promise.resolve([{ value: "2" }, { value: "1" }]),
};

async function valuesOf(...words: string[]): Promise<string[]> {
  return (await completeWords(words, live)).candidates.map(({ value }) => value);
}

Deno.test("completeWords() completes commands, aliases and groups", async () => {
  assertEquals(await valuesOf("sto"), ["stop"]);
  assertEquals(await valuesOf("da"), ["daemon"]);
  assertEquals(await valuesOf("l"), ["list", "ls", "logs"]);
  assertEquals(await valuesOf("--json", "nu"), ["nuke"]);
  assertEquals(await valuesOf("daemon", "st"), ["start", "stop", "status"]);
});

Deno.test("completeWords() completes the names of jobs", async () => {
  assertEquals(await valuesOf("stop", "a"), ["api", "app"]);
  assertEquals(await valuesOf("logs", "-f", "-n", "10", "w"), ["web"]);
  assertEquals(await valuesOf("events", "--job", "w"), ["web"]);
  assertEquals(await valuesOf("stop", "--", "w"), ["web"]);
  assertEquals(await valuesOf("restart", "@"), ["@back"]);
  assertEquals(await valuesOf("up", ""), ["db", "@back"]);
});

Deno.test("completeWords() completes flags and what they take", async () => {
  assertEquals(await valuesOf("logs", "--ti"), ["--timestamps"]);
  assertEquals(await valuesOf("add", "--restart", "on"), ["on-failure"]);
  assertEquals(await valuesOf("add", "--restart=a"), ["--restart=always"]);
  assertEquals(await valuesOf("stop", "--signal", "US"), ["USR1", "USR2"]);
  assertEquals(await valuesOf("stop", "--timeout", ""), []);
  assertEquals((await completeWords(["add", "--cwd", "/u"], live)).then, "directories");
});

Deno.test("completeWords() completes the ids of daemons and the numbers of runs", async () => {
  assertEquals(await valuesOf("--daemon-id", "s"), ["shop-1a2b3c4d"]);
  assertEquals(await valuesOf("ls", "--daemon-id=b"), ["--daemon-id=blog-5e6f7a8b"]);
  assertEquals(await valuesOf("logs", "api", "--run", ""), ["2", "1"]);
  assertEquals(await valuesOf("stdout", "--run", "1"), ["1"]);
});

Deno.test("completeWords() leaves a job's command to the shell and says where it begins", async () => {
  const begins = async (...words: string[]) => {
    const found = await completeWords(words, live);
    return [found.then, found.offset];
  };
  assertEquals(await begins("run", ""), ["commands", 2]);
  assertEquals(await begins("run", "--", "gr"), ["commands", 3]);
  assertEquals(await begins("--json", "add", "--name", "x", "--", "grep", "--co"), ["commands", 6]);
  assertEquals(await begins("exec", "ls", "-"), ["commands", 2]);
});
