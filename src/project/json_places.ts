import { type OffsetPlaces, toPlaceName } from "./project_tree.ts";

/** Strings, remarks, brackets and bare words. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|[{}[\],:]|[^\s{}[\],:"/]+/g;

/** A table or list that is being read. */
interface Level {
  readonly isList: boolean;
  /** The entry that comes next: a key that was read, or an index. */
  at: string | number;
  keyOffset: number;
  expectsKey: boolean;
}

/** Where every entry of a JSON text stands, with remarks or without; the text is known to be well formed. */
export function findJsonPlaces(text: string): OffsetPlaces {
  const places = new Map<string, { key: number; value: number }>();
  const levels: Level[] = [];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    const level = levels.at(-1);
    if (token.startsWith("/") || token === ":") continue;
    if (token === "}" || token === "]") levels.pop();
    else if (token === ",") advance(level!);
    else if (level?.expectsKey) {
      level.at = JSON.parse(token) as string;
      level.keyOffset = index;
      level.expectsKey = false;
    } else {
      if (level) {
        const key = level.isList ? index : level.keyOffset;
        places.set(toPlaceName(levels.map(({ at }) => at)), { key, value: index });
      }
      if (token === "{" || token === "[") levels.push(openLevel(token === "["));
    }
  }
  return places;
}

function openLevel(isList: boolean): Level {
  return { isList, at: isList ? 0 : "", keyOffset: 0, expectsKey: !isList };
}

function advance(level: Level): void {
  if (level.isList) level.at = (level.at as number) + 1;
  else level.expectsKey = true;
}
