import {
  ArgReader,
  type ParseArgsOptions,
  type ParsedArgs,
} from "../../src/commands/frame/parse_args.ts";

/** Words that all go by the same flags. */
export function parseArgs(words: readonly string[], options: ParseArgsOptions): ParsedArgs {
  return new ArgReader(words).readRest(options);
}
