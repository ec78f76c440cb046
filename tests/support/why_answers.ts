/** What `imp why` answers to people and to programs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROTOCOL_VERSION, VERSION } from "../../src/base/version.ts";
import { connectDaemon } from "../../src/client/connect.ts";
import type { CommandContext, JobReader } from "../../src/commands/frame/command.ts";
import { readStoredSource } from "../../src/commands/frame/stored_source.ts";
import { findAnswers } from "../../src/commands/why/find_answers.ts";
import { renderWhy } from "../../src/commands/why/render_why.ts";
import { openLibc } from "../../src/platform/libc.ts";
import { resolvePaths } from "../../src/platform/paths.ts";
import { systemClock } from "../../src/platform/system_clock.ts";
import type { Box } from "./box.ts";
import { eventually } from "./eventually.ts";

// Once for all tests: none of them closes it.
openLibc();

/** An answer has no more. */
export const MOST_BYTES = 1_024;

interface Answer {
  readonly job_name: string;
  readonly reason: string;
}

/** A job, and what is to be said of it. */
export interface Death {
  readonly job: Record<string, unknown>;
  readonly reason: string;
  /** What the first line says behind the name of the job. */
  readonly says: RegExp;
}

/** Asks as people do: the answer is within its budget. */
export async function askWhy(box: Box, name: string): Promise<string> {
  const text = await box.impOk(["why", name]);
  assert(new TextEncoder().encode(text).length <= MOST_BYTES, text);
  return text;
}

/** What programs are told of these jobs, by their names. */
async function reasonsOf(
  box: Box,
  names: readonly string[],
): Promise<Record<string, string>> {
  const { answers } = await box.impJson(["why", ...names]);
  return Object.fromEntries(
    answers.map(({ job_name, reason }: Answer) => [job_name, reason]),
  );
}

/** The world of the one daemon of the box. */
function worldOf(box: Box): Pick<CommandContext, "paths" | "clock" | "daemonId"> {
  const [id, ...others] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
  assertEquals(others, []);
  const paths = resolvePaths(id!, (name) => box.env[name]);
  return { paths, clock: systemClock, daemonId: id! };
}

/** Reads jobs in this process, as commands do: a process for each look would take longer than all else. */
async function reading<T>(box: Box, action: (source: JobReader) => Promise<T>): Promise<T> {
  const { paths } = worldOf(box);
  const stored = readStoredSource(paths, "looks");
  if (typeof stored !== "string") return await action(stored);
  const build = { protocol: PROTOCOL_VERSION, version: VERSION, build: "" };
  await using client = await connectDaemon({ paths, build, clock: systemClock });
  return await action(client);
}

/** What people are told, by the names of the jobs: as `imp why NAME` prints it. */
async function textsOf(box: Box, names: readonly string[]): Promise<Record<string, string>> {
  const answers = await reading(box, (source) => findAnswers(worldOf(box), source, names));
  return Object.fromEntries(answers.map(({ facts, judgment }) => [
    facts.job.name!,
    renderWhy(facts, judgment, { maxBytes: MOST_BYTES, maxLines: 12 }),
  ]));
}

/** Why each job is in trouble that is so, as programs are told. */
export async function troubles(box: Box): Promise<string[]> {
  const answers = await reading(box, (source) => findAnswers(worldOf(box), source));
  return answers.map(({ judgment }) => judgment.reason);
}

/** Asks for each in both ways; returns what people were told. */
export async function expectWhy(
  box: Box,
  deaths: Readonly<Record<string, Omit<Death, "job">>>,
): Promise<Record<string, string>> {
  const names = Object.keys(deaths);
  const reasons = await reasonsOf(box, names);
  const texts = await textsOf(box, names);
  for (const name of names) {
    const text = texts[name]!;
    assert(new TextEncoder().encode(text).length <= MOST_BYTES, text);
    const said = text.split("\n", 1)[0]!.replace(/^\w+ \([\w-]+\) /, "");
    assertMatch(said, deaths[name]!.says, text);
    assertEquals(reasons[name], deaths[name]!.reason, text);
  }
  // The command says the same, but for how long ago that was.
  const timeless = (text: string) => text.replace(/^run .*$/m, "");
  assertEquals(timeless(await askWhy(box, names[0]!)), timeless(texts[names[0]!]!));
  return texts;
}

/** Resolves when these jobs are so. */
export function untilAll(box: Box, names: readonly string[], status: RegExp): Promise<true> {
  return eventually(`${names.join(" ")} are ${status}`, async () => {
    const { jobs } = await reading(box, (source) => source.request("list", {}));
    const states = jobs.map((job) => `${job.name} ${job.status}`);
    return names.every((name) =>
      states.some((state) => state.startsWith(`${name} `) && status.test(state))
    );
  });
}
