import { assertEquals } from "@std/assert";
import { parseStat } from "./linux_processes.ts";

const NUMBERS = "20 0 1 0 4321 5 77 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0";

Deno.test("F61 parseStat() reads after the last parenthesis, whatever the name holds", () => {
  for (const comm of ["sleep", "x) S 1 2", ") R 1 (", "a b\nc", "((", "", "))"]) {
    const line = `12 (${comm}) S 3 4 5 34816 -1 4194304 1 2 3 4 10 20 30 40 ${NUMBERS}\n`;
    const expected = { pid: 12, comm, state: "S", ppid: 3, pgrp: 4, session: 5, cpuTicks: 100 };
    assertEquals(parseStat(line), { ...expected, startTime: "4321", residentPages: 77 });
  }
});

Deno.test("parseStat() gives nothing for what is no such line", () => {
  for (const line of ["", "12", "12 (sleep", "12 (sleep) S 1 2"]) {
    assertEquals(parseStat(line), undefined);
  }
});
