import { AppError } from "../../base/app_error.ts";
import { findNearest } from "../../base/nearest.ts";
import type { CommandTable } from "./command.ts";
import { subcommandsOf } from "./find_command.ts";
import { WORDS_OF_OTHERS } from "./words_of_others.ts";

/** The error for a word that is none of the commands, or no subcommand of `group`, with what was likely meant. */
export function unknownCommandError(
  commands: CommandTable,
  word: string | undefined,
  group?: string,
): AppError {
  if (group === undefined) {
    const known = Object.hasOwn(WORDS_OF_OTHERS, word ?? "") ? WORDS_OF_OTHERS[word!] : undefined;
    const names = commands.filter((entry) => !entry.hidden)
      .flatMap((entry) => [entry.name.split(" ")[0]!, ...(entry.aliases ?? [])]);
    const nearest = known === undefined
      ? findNearest(word ?? "", names, { mayBeShortened: true })
      : undefined;
    return new AppError("usage.unknown_command", `Unknown command ${JSON.stringify(word)}`, {
      hint: known
        ? `Here it is ${known}`
        : nearest
        ? `Did you mean imp ${nearest}?`
        : "imp help lists the commands",
    });
  }
  const names = subcommandsOf(commands, group).map((entry) => entry.name.slice(group.length + 1));
  if (word === undefined) {
    return new AppError("usage.missing_command", `imp ${group} needs one more word`, {
      hint: `One of: ${names.join(", ")}`,
    });
  }
  const nearest = findNearest(word, names, { mayBeShortened: true });
  return new AppError("usage.unknown_command", `Unknown command "${group} ${word}"`, {
    hint: nearest ? `Did you mean imp ${group} ${nearest}?` : `One of: ${names.join(", ")}`,
  });
}
