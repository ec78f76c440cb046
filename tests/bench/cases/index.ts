/** Every case, in the order they run. */
import type { BenchCase } from "../bench_case.ts";
import { ask } from "./ask.ts";
import { chatty } from "./chatty.ts";
import { crowd } from "./crowd.ts";
import { execFirstByte } from "./exec_first_byte.ts";
import { execThroughput } from "./exec_throughput.ts";
import { exitLatency } from "./exit_latency.ts";
import { firstOutput } from "./first_output.ts";
import { follow } from "./follow.ts";
import { growth } from "./growth.ts";
import { idle } from "./idle.ts";
import { killedDaemon } from "./killed_daemon.ts";
import { list } from "./list.ts";
import { logs } from "./logs.ts";
import { memory } from "./memory.ts";
import { output } from "./output.ts";
import { screen } from "./screen.ts";
import { startStop } from "./start_stop.ts";
import { startUp } from "./start_up.ts";
import { statusStream } from "./status_stream.ts";
import { tab } from "./tab.ts";
import { up } from "./up.ts";

export const CASES: readonly BenchCase[] = [
  startUp,
  ask,
  firstOutput,
  startStop,
  up,
  list,
  memory,
  idle,
  chatty,
  tab,
  output,
  follow,
  logs,
  exitLatency,
  statusStream,
  execFirstByte,
  execThroughput,
  crowd,
  killedDaemon,
  screen,
  growth,
];
