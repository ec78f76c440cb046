import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import type { FlagSpec } from "./flag_spec.ts";
import { ArgReader, GLOBAL_FLAGS } from "./parse_args.ts";
import { parseArgs } from "../../../tests/support/parse_args.ts";

const FLAGS: readonly FlagSpec[] = [
  { name: "follow", short: "f", summary: "" },
  { name: "lines", short: "n", value: "N", summary: "" },
  { name: "env", value: "NAME=VALUE", repeat: true, summary: "" },
  { name: "timeout", value: "TIME", summary: "" },
];

function parse(...words: string[]) {
  return parseArgs(words, { flags: FLAGS });
}

function failure(...words: string[]): AppError {
  return assertThrows(() => parse(...words), AppError);
}

Deno.test("parseArgs() takes values behind a blank, an equals sign, and a short flag", () => {
  for (
    const words of [["--lines", "7"], ["--lines=7"], ["-n", "7"], ["-n7"], ["-n=7"], ["-fn", "7"]]
  ) {
    assertEquals(parse(...words).count("lines"), 7, words.join(" "));
  }
  assertEquals(parse("-fn10").has("follow"), true);
});

Deno.test("parseArgs() takes flags between and after operands", () => {
  const args = parse("api", "-f", "worker", "-n", "3");
  assertEquals(args.operands, ["api", "worker"]);
  assertEquals([args.has("follow"), args.value("lines")], [true, "3"]);
});

Deno.test("parseArgs() leaves everything behind two dashes as it is", () => {
  assertEquals(parse("-f", "--", "--lines", "-x", "--").operands, ["--lines", "-x", "--"]);
});

Deno.test("parseArgs() stops at the first operand where a job's command begins", () => {
  const words = ["-f", "npm", "--lines", "--", "-f"];
  const args = parseArgs(words, { flags: FLAGS, stopAtOperand: true });
  assertEquals(args.operands, ["npm", "--lines", "--", "-f"]);
  assertEquals(args.has("lines"), false);
});

Deno.test("parseArgs() collects repeated values and takes the last of the others", () => {
  const args = parse("--env", "A=1", "--env=B=2", "--lines=1", "--lines=2");
  assertEquals(args.values("env"), ["A=1", "B=2"]);
  assertEquals(args.value("lines"), "2");
});

Deno.test("parseArgs() takes a lone dash and an empty value for words", () => {
  assertEquals(parse("-").operands, ["-"]);
  assertEquals(parse("--timeout=").value("timeout"), "");
});

Deno.test("parseArgs() names the flag that was likely meant", () => {
  const error = failure("--folow");
  assertEquals(error.code, "usage.unknown_flag");
  assertEquals(error.hint, "Did you mean --follow?");
});

Deno.test("parseArgs() refuses unknown short flags, missing values and values that are not taken", () => {
  assertEquals(failure("-fx").message, 'Unknown flag "-x" in "-fx"');
  assertEquals(failure("--lines").code, "usage.missing_value");
  assertEquals(failure("--lines", "--follow").code, "usage.missing_value");
  assertEquals(failure("--follow=yes").code, "usage.unexpected_value");
});

Deno.test("ParsedArgs reads counts and durations strictly", () => {
  assertEquals(parse("--timeout", "1.5s").duration("timeout"), 1_500);
  assertEquals(parse().duration("timeout"), undefined);
  assertEquals(
    assertThrows(() => parse("-n", "ten").count("lines"), AppError).code,
    "usage.bad_number",
  );
  assertEquals(assertThrows(() => parse("-n-3").count("lines"), AppError).code, "usage.bad_number");
});

Deno.test("ArgReader reads a command's own flags with those that stood before it", () => {
  const reader = new ArgReader(["-q", "--", "daemon", "--json", "logs", "-n", "5", "x"]);
  reader.readFlags(GLOBAL_FLAGS);
  assertEquals(reader.takeWord(), "daemon");
  reader.readFlags(GLOBAL_FLAGS);
  assertEquals(reader.takeWord(), "logs");
  const lines = { name: "lines", short: "n", value: "N", summary: "" };
  const args = reader.readRest({ flags: [...GLOBAL_FLAGS, lines] });
  assertEquals([args.has("quiet"), args.has("json"), args.count("lines")], [true, true, 5]);
  assertEquals(args.operands, ["x"]);
});

Deno.test("ArgReader leaves --daemon to who takes it for a command", () => {
  const reader = new ArgReader(["--json", "--daemon", "--detach"]);
  reader.readFlags(GLOBAL_FLAGS);
  assertEquals([reader.takeIf("--daemon"), reader.takeIf("--daemon")], [true, false]);
  assertEquals(reader.takeWord(), "--detach");
  assertEquals(reader.takeWord(), undefined);
});
