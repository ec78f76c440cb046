import { assertEquals } from "@std/assert";
import { DOWN, toJob } from "../../tests/support/tui_fixture.ts";
import type { JobView } from "../protocol/job_view.ts";
import { endRemark, startRemark } from "./remarks.ts";

function end(changes: Partial<JobView>): string {
  return endRemark(1, toJob("a", { ...DOWN, ...changes })).text;
}

Deno.test("endRemark() tells how the run ended", () => {
  assertEquals(end({}), "exited with code 0 after 20s");
  assertEquals(
    end({ status: "failed", exit_code: 3, reason: "crash loop" }),
    "exited with code 3 after 20s: crash loop",
  );
  assertEquals(
    end({ status: "failed", exit_code: null, signal: "SIGSEGV" }),
    "ended by SIGSEGV after 20s",
  );
  assertEquals(
    end({ status: "stopped", exit_code: null, signal: "SIGTERM" }),
    "stopped (SIGTERM) after 20s",
  );
  assertEquals(
    end({ status: "lost", exit_code: null, finished_at: null }),
    "lost: its end is not known",
  );
  assertEquals(
    end({ status: "failed", exit_code: null, started_at: null, reason: "no such file" }),
    "failed: no such file",
  );
});

Deno.test("endRemark() does not tell the end of another run", () => {
  assertEquals(endRemark(2, toJob("a", DOWN)).text, "run 2 ended");
  assertEquals(endRemark(2, undefined).text, "run 2 ended");
});

Deno.test("startRemark() names the run", () => {
  assertEquals(startRemark(2), { kind: "remark", text: "run 2" });
});
