import { AppError } from "../../base/app_error.ts";
import { sha256Of } from "../../base/sha256_of.ts";
import { whyNeverTrusted } from "../../platform/trust_records.ts";
import { type AgreedFile, readTrustRecord, type TrustRecord } from "../../platform/trust_record.ts";
import type { FileReads } from "../../project/project_text.ts";
import type { CommandContext } from "../frame/command.ts";

/** What was read of a project: its file, and what belongs to it. */
export interface ProjectReads {
  readonly file: string;
  readonly reads: FileReads;
}

/** What a yes to what was read is for. */
export async function toTrustRecord({ file, reads }: ProjectReads): Promise<TrustRecord> {
  const others = [...reads.keys()].filter((path) => path !== file).sort();
  return await Promise.all([file, ...others].map((path) => toAgreed(path, reads.get(path))));
}

async function toAgreed(path: string, bytes: Uint8Array | undefined): Promise<AgreedFile> {
  return { path, digest: bytes === undefined ? "-" : await sha256Of(new Uint8Array(bytes)) };
}

/**
 * Makes sure that what was read is what the user said yes to, byte for byte: it is compared as it was read, so that
 * nobody can change it in between.
 * @throws AppError `project.untrusted`
 */
export async function expectAgreed(ctx: CommandContext, project: ProjectReads): Promise<void> {
  const never = whyNeverTrusted(project.file);
  if (never !== undefined) throw neverError(project.file, never);
  const agreed = readTrustRecord(project.file, ctx.env) ?? [];
  const changed = changesSince(agreed, await toTrustRecord(project));
  const [first] = changed;
  if (first === undefined) return;
  throw new AppError(
    "project.untrusted",
    `Not without your yes: ${first} is not as it was when you said yes to ${project.file}`,
    { hint: "Look at what it runs now, and say yes to that: imp trust" },
  );
}

/** What is said of a file that no yes helps. */
export function neverError(file: string, why: string): AppError {
  return new AppError("project.untrusted", `Cannot trust ${file}: ${why}`, {
    hint: "Have that taken back first (chmod o-w), or copy the project to a place of your own",
  });
}

/** The files that are not as a record says, each once. */
export function changesSince(agreed: TrustRecord, now: TrustRecord): string[] {
  const before = new Map(agreed.map(({ path, digest }) => [path, digest]));
  const after = new Map(now.map(({ path, digest }) => [path, digest]));
  return [...new Set([...after.keys(), ...before.keys()])]
    .filter((path) => before.get(path) !== after.get(path));
}
