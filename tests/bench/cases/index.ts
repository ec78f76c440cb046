/** Every case, in the order they run. */
import type { BenchCase } from "../bench_case.ts";
import { firstOutput } from "./first_output.ts";
import { ping } from "./ping.ts";

export const CASES: readonly BenchCase[] = [ping, firstOutput];
