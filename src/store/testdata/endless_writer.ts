import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { systemClock } from "../../platform/system_clock.ts";
import { openStore } from "../store.ts";
import { sampleJob } from "./sample_records.ts";

/** Stores events until it is killed, and prints the number of each once it is stored. */
const store = openStore(Deno.args[0]!, { clock: systemClock, logger: silentLogger });
store.jobs.insert(sampleJob({ run: 0 }));
const time = new Date(0).toISOString();
const encoder = new TextEncoder();
for (;;) {
  const seq = store.transaction(() => {
    const seq = store.events.append({ event: "job_updated", time, job_id: "V3x", data: {} });
    store.jobs.update({ id: "V3x", run: seq });
    return seq;
  });
  Deno.stdout.writeSync(encoder.encode(`${seq}\n`));
}
