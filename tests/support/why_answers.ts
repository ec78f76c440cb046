/** What `imp why` answers to people and to programs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Box } from "./box.ts";
import { eventually } from "./eventually.ts";

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
export async function reasonsOf(
  box: Box,
  names: readonly string[] = [],
): Promise<Record<string, string>> {
  const { answers } = await box.impJson(["why", ...names]);
  return Object.fromEntries(
    answers.map(({ job_name, reason }: Answer) => [job_name, reason]),
  );
}

/** Asks for each in both ways; returns what people were told. */
export async function expectWhy(
  box: Box,
  deaths: Readonly<Record<string, Omit<Death, "job">>>,
): Promise<Record<string, string>> {
  const names = Object.keys(deaths);
  const reasons = await reasonsOf(box, names);
  const texts: Record<string, string> = {};
  for (const name of names) {
    const text = texts[name] = await askWhy(box, name);
    const said = text.split("\n", 1)[0]!.replace(/^\w+ \([\w-]+\) /, "");
    assertMatch(said, deaths[name]!.says, text);
    assertEquals(reasons[name], deaths[name]!.reason, text);
  }
  return texts;
}

/** Resolves when these jobs are so. */
export function untilAll(box: Box, names: readonly string[], status: RegExp): Promise<true> {
  return eventually(`${names.join(" ")} are ${status}`, async () => {
    const { jobs } = await box.impJson(["list"]);
    const states = jobs.map((job: { name: string; status: string }) => `${job.name} ${job.status}`);
    return names.every((name) =>
      states.some((state: string) => state.startsWith(`${name} `) && status.test(state))
    );
  });
}
