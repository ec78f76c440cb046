import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { parseWords } from "./parse_words.ts";

Deno.test("parseWords() takes the framework's own words off the front, and no others", () => {
  const call = { role: "call", daemonId: undefined } as const;
  assertEquals(parseWords([]), { ...call, args: [] });
  assertEquals(parseWords(["a", "--daemon", "stop"]), { ...call, args: ["a", "--daemon", "stop"] });
  assertEquals(parseWords(["--", "--daemon", "--"]), { ...call, args: ["--daemon", "--"] });
  assertEquals(parseWords(["--help"]), { ...call, args: ["--help"] });
  const other = { role: "stop", daemonId: "other", args: [] } as const;
  assertEquals(parseWords(["--daemon-id", "other", "--daemon", "stop"]), other);
  assertEquals(parseWords(["--daemon", "stop", "--daemon-id", "other", "--"]), other);
  const serve = ["--daemon", "serve", "--daemon-id", "other", "--ready-on-stdout"];
  assertEquals(parseWords(serve), { ...other, role: "serve" });
});

Deno.test("parseWords() refuses what is no task, no id, and what follows a task", () => {
  const wrong = [["--daemon"], ["--daemon", "dance"], ["--daemon-id", "../a"], ["--daemon-id"]];
  for (const argv of [...wrong, ["--daemon", "stop", "now"]]) {
    const { code } = assertThrows(() => parseWords(argv), AppError);
    assertEquals(code.split(".")[0], "usage", argv.join(" "));
  }
});
