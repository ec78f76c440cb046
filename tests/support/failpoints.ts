/** The steps at which a daemon can be made to die, as the sources name them. */
import { JOB_MACHINE } from "../../src/daemon/jobs/job_machine.ts";

const SRC = new URL("../../src/", import.meta.url);
const EVENT = "job.${event}.";
/** Of the guards, which have stories of their own. */
const GUARD = "guard.${entry}";

/** Every point that src/ names but the guards', those of the job's machine once for each of its events. */
export function listFailpoints(): string[] {
  const named = listFiles(SRC).flatMap((url) =>
    [...Deno.readTextFileSync(url).matchAll(/\bfailpoint\(["`]([^"`]+)["`]\)/g)].map((match) =>
      match[1]!
    )
  );
  const events = Object.keys(JOB_MACHINE.running);
  return [
    ...new Set(
      named.filter((point) => point !== GUARD).flatMap((point) =>
        point.startsWith(EVENT)
          ? events.map((event) => `job.${event}.${point.slice(EVENT.length)}`)
          : [point]
      ),
    ),
  ].sort();
}

function listFiles(directory: URL): URL[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    if (entry.isDirectory) return listFiles(new URL(`${entry.name}/`, directory));
    const isSource = entry.name.endsWith(".ts") && !entry.name.endsWith("_test.ts");
    return isSource ? [new URL(entry.name, directory)] : [];
  });
}
