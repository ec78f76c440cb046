import { assertEquals } from "@std/assert";
import { BSDINFO_BYTES, readBsdInfo, readProcArgs } from "./darwin_layouts.ts";

/** struct proc_bsdinfo as <sys/proc_info.h> of macOS has it: each field with its size in bytes, in its order. */
const FIELDS: readonly (readonly [name: string, bytes: number])[] = [
  ["pbi_flags", 4],
  ["pbi_status", 4],
  ["pbi_xstatus", 4],
  ["pbi_pid", 4],
  ["pbi_ppid", 4],
  ["pbi_uid", 4],
  ["pbi_gid", 4],
  ["pbi_ruid", 4],
  ["pbi_rgid", 4],
  ["pbi_svuid", 4],
  ["pbi_svgid", 4],
  ["rfu_1", 4],
  ["pbi_comm", 16],
  ["pbi_name", 32],
  ["pbi_nfiles", 4],
  ["pbi_pgid", 4],
  ["pbi_pjobc", 4],
  ["e_tdev", 4],
  ["e_tpgid", 4],
  ["pbi_nice", 4],
  ["pbi_start_tvsec", 8],
  ["pbi_start_tvusec", 8],
];

/** As a C compiler lays it out: a number of four or eight bytes begins at a multiple of its size. */
function layOut(values: Record<string, number | string>): Uint8Array {
  const bytes = new Uint8Array(BSDINFO_BYTES).fill(0xaa);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [name, size] of FIELDS) {
    const alignment = size === 8 ? 8 : 4;
    at = Math.ceil(at / (size > 8 ? 1 : alignment)) * (size > 8 ? 1 : alignment);
    const value = values[name];
    if (typeof value === "string") {
      bytes.fill(0, at, at + size).set(new TextEncoder().encode(value), at);
    } else if (value !== undefined && size === 8) view.setBigUint64(at, BigInt(value), true);
    else if (value !== undefined) view.setUint32(at, value, true);
    at += size;
  }
  assertEquals(at, BSDINFO_BYTES, "all of it, and no byte more");
  return bytes;
}

Deno.test("readBsdInfo() reads struct proc_bsdinfo where a compiler lays its fields", () => {
  const values = {
    pbi_status: 3,
    pbi_ppid: 501,
    pbi_pgid: 502,
    pbi_comm: "a long name, cu",
    pbi_start_tvsec: 1_764_000_000,
    pbi_start_tvusec: 42,
  };
  const expected = {
    ppid: 501,
    pgrp: 502,
    state: "S",
    startTime: "1764000000000042",
    comm: "a long name, cu",
  };
  assertEquals(readBsdInfo(layOut(values)), expected);
  const within = new Uint8Array(BSDINFO_BYTES + 8);
  within.set(layOut(values), 8);
  assertEquals(readBsdInfo(within.subarray(8)), expected);
});

Deno.test("readBsdInfo() says each state of macOS by the letter of Linux", () => {
  const states = [0, 1, 2, 3, 4, 5, 6].map((pbi_status) =>
    readBsdInfo(layOut({ pbi_status, pbi_comm: "" })).state
  );
  assertEquals(states, ["?", "R", "R", "S", "T", "Z", "?"]);
});

Deno.test("readProcArgs() tells arguments from the environment, whatever the padding", () => {
  const lay = (argc: number, text: string) =>
    Uint8Array.of(argc, 0, 0, 0, ...new TextEncoder().encode(text));
  for (const padding of ["\0", "\0\0\0\0\0\0\0"]) {
    const told = readProcArgs(lay(3, `/bin/sh${padding}sh\0-c\0echo é\0A=1\0IMP_RUN_ID=V3x-1\0`));
    assertEquals(told.argv, ["sh", "-c", "echo é"]);
    assertEquals(told.environment, ["A=1", "IMP_RUN_ID=V3x-1", ""]);
  }
  assertEquals(readProcArgs(lay(1, "/bin/true\0true\0")), { argv: ["true"], environment: [""] });
});
