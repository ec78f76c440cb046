import type { Loss } from "../../project/import/losses.ts";

/** `Procfile:3: web.instances is not carried over: imp has no copies`. Never a value: it may be a secret. */
export function describeLoss({ file, line, job, key, why }: Loss): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const what = job === undefined ? key : `${job}: ${key}`;
  return `${place}: ${what} is not carried over: ${why}`;
}
