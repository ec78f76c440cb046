import { readCommandLine } from "./command_line.ts";
import { readProcess } from "./process_table.ts";

/** What is told to run is often a file: anything else may be a secret, and so may whatever comes behind a flag. */
const TELLING_WORD = /^[\w./+-]{1,60}$/;

/** A process as people know it: its program without the directory, and the script or subcommand behind it. */
export function describeProcess(pid: number): string {
  const [program, first] = readCommandLine(pid);
  if (program === undefined || program === "") return readProcess(pid)?.comm ?? "";
  const isPath = program.startsWith("/") && !program.includes(" ");
  const name = isPath ? program.slice(program.lastIndexOf("/") + 1) : program;
  const isTelling = first !== undefined && !first.startsWith("-") && TELLING_WORD.test(first);
  return isTelling ? `${name} ${first}` : name;
}
