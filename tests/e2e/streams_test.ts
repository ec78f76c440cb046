/** Whatever way a job takes to its output, every byte is kept, once and in order. */
import { assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { hasTools } from "../support/process_facts.ts";

/** How something is written to a stream that was opened anew: `@` is its path, `#` its number. */
const WAYS: Readonly<Record<string, string>> = {
  "B1 a shell's redirection": "echo three > @",
  "B1 another descriptor's path": "echo three > /proc/self/fd/#",
  "B1 all that follows": "exec > @; echo three",
  "B2 tee": "echo three | tee /proc/$$/fd/# > /dev/null",
  "B3 dd that does not cut": "echo three | dd of=@ conv=notrunc status=none",
  "B3 truncate": "truncate -s0 @ 2>/dev/null; echo three >&#",
  "B3 a copy": "echo three > x; cp x @",
  "B3 awk": `awk 'BEGIN { print "three" > "@" }'`,
  "B3 perl": `perl -e 'open(F, ">", "@"); print F "three\\n"'`,
  "B3 python3": `python3 -c 'open("@", "w").write("three\\n")'`,
  "B3 node": `node -e 'require("fs").writeFileSync("@", "three\\n")'`,
  "B1 a child of a child": "sh -c 'sh -c \"echo three > @\"'",
  "B1 another session": "setsid -w sh -c 'echo three > @'",
};

for (const [stream, number] of [["stdout", 1], ["stderr", 2]] as const) {
  for (const [title, way] of Object.entries(WAYS)) {
    const program = way.split(" ", 1)[0]!;
    Deno.test({
      name: `${title} to /dev/${stream} overwrites nothing`,
      ignore: !hasTools(program === "exec" || program === "echo" ? "sh" : program),
      async fn() {
        await using box = await openBox();
        const write = way.replaceAll("@", `/dev/${stream}`).replaceAll("#", String(number));
        const script =
          `echo one >&${number}; echo two >&${number}; (${write}); echo four >&${number}`;
        assertEquals(await everyWay(box, script, stream), "one\ntwo\nthree\nfour\n");
      },
    });
  }
}

/** What `run`, `logs -f` and `stdout` or `stderr` show of it, which must be the same. */
async function everyWay(box: Box, script: string, stream: "stdout" | "stderr"): Promise<string> {
  const shown = (await box.imp(["run", "-q", "--name", "it", "--", "sh", "-c", script]))[stream];
  assertEquals((await box.imp([stream, "it"])).stdout, shown);
  assertEquals((await box.imp(["logs", "-n", "100", "--raw", "it"])).stdout, shown);
  return shown;
}

Deno.test("B1 a job that has become another user writes to its /dev/stdout, too", async () => {
  if (Deno.uid() !== 0) return console.log("NOT RUN: only root can become another user");
  await using box = await openBox();
  const script = "setpriv --reuid 65534 --clear-groups sh -c 'echo mine > /dev/stdout'";
  assertEquals((await box.imp(["run", "--", "sh", "-c", script])).stdout, "mine\n");
});
