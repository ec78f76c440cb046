import { AppError } from "../base/app_error.ts";

/** Where jobs are looked up by what users call them. */
export interface JobLookup<Found> {
  readonly size: number;
  byId(id: string): Found | undefined;
  byName(name: string): Found | undefined;
  withPrefix(prefix: string): readonly Found[];
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
