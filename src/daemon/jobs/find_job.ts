import { AppError } from "../../base/app_error.ts";

/** Where jobs are looked up by what users call them. */
export interface JobLookup<Found> {
  readonly size: number;
  byId(id: string): Found | undefined;
  byName(name: string): Found | undefined;
  withPrefix(prefix: string): readonly Found[];
  withGroup(group: string): readonly Found[];
}

/** Which jobs a request means. */
export interface JobSelection {
  readonly jobs?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
}

/** Each job once, in the order named; all of them are found before anything is done. @throws AppError as `findJob` does */
export function selectJobs<Found extends { readonly id: string }>(
  table: JobLookup<Found> & Iterable<Found>,
  { jobs = [], all }: JobSelection,
): Found[] {
  if (all) return [...table];
  return [
    ...new Set(
      jobs.flatMap((reference) => findGroup(table, reference) ?? findJob(table, reference)),
    ),
  ];
}

/** The jobs of `@GROUP`; undefined for what names no group. */
function findGroup<Found>(
  table: JobLookup<Found>,
  reference: string,
): readonly Found[] | undefined {
  if (!reference.startsWith("@")) return undefined;
  const found = table.withGroup(reference.slice(1));
  if (found.length > 0) return found;
  throw new AppError("job.not_found", `No job is in a group ${JSON.stringify(reference)}`, {
    hint: "Groups are given by the project's file; see imp list --json",
  });
}

/**
 * The job that `reference` means: an id, a name, or an unambiguous beginning of an id.
 * @throws AppError `job.not_found`, `job.ambiguous`
 */
export function findJob<Found extends { readonly id: string }>(
  jobs: JobLookup<Found>,
  reference: string,
): Found {
  const exact = jobs.byId(reference) ?? jobs.byName(reference);
  if (exact !== undefined) return exact;
  const candidates = reference === "" ? [] : jobs.withPrefix(reference);
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length > 1) {
    throw new AppError("job.ambiguous", `Several jobs begin with ${JSON.stringify(reference)}`, {
      hint: `Type more of it: ${candidates.map((job) => job.id).join(", ")}`,
    });
  }
  throw new AppError("job.not_found", `No such job: ${JSON.stringify(reference)}`, {
    hint: jobs.size === 0 ? "There are no jobs yet" : "Run `imp list` to see the jobs",
  });
}
