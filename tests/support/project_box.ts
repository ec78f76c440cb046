/** A box with a project file, and what became of its jobs. */
import { type Box, type BoxCommandOptions, openBox } from "./box.ts";
import { eventually } from "./eventually.ts";

/** A job as `list --json` has it, as far as these tests look. */
export interface ProjectJobView {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly run: number;
  readonly pid: number | null;
  readonly waiting_for?: readonly { readonly job: string; readonly problem: string | null }[];
}

/** Writes the project file: jobs by their names, as JSON, which is YAML too. */
export async function declare(
  box: Box,
  jobs: Readonly<Record<string, unknown>>,
  where = "project",
): Promise<void> {
  await box.file(`${where}/imp.yaml`, JSON.stringify({ jobs }, null, 2));
}

/** A box in which these jobs are declared. */
export async function openProject(jobs: Readonly<Record<string, unknown>>): Promise<Box> {
  const box = await openBox();
  await declare(box, jobs);
  return box;
}

/** The jobs by their names. */
export async function jobsOf(
  box: Box,
  options: BoxCommandOptions = {},
): Promise<Record<string, ProjectJobView>> {
  const jobs: ProjectJobView[] = (await box.impJson(["list"], options)).jobs;
  return Object.fromEntries(jobs.map((job) => [job.name, job]));
}

/** Each job's status and the number of its run: `running 1`. */
export async function statesOf(
  box: Box,
  options: BoxCommandOptions = {},
): Promise<Record<string, string>> {
  const jobs = await jobsOf(box, options);
  return Object.fromEntries(
    Object.values(jobs).map(({ name, status, run }) => [name, `${status} ${run}`]),
  );
}

/** Resolves when the jobs are so. */
export async function untilStates(
  box: Box,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const sorted = (states: Readonly<Record<string, string>>) =>
    JSON.stringify(Object.entries(states).sort());
  await eventually(
    `the jobs are ${JSON.stringify(wanted)}`,
    async () => sorted(await statesOf(box)) === sorted(wanted),
    { deadlineMs: 60_000, explain: async () => JSON.stringify(await jobsOf(box)) },
  );
}
