import { assertEquals } from "@std/assert";
import { foldWords } from "./fold_words.ts";

Deno.test("foldWords() fills lines up to their width, and cuts no word", async () => {
  assertEquals(await foldWords("a bc def longest g".split(" "), 6), [
    "a bc",
    "def",
    "longest",
    "g",
  ]);
  assertEquals(await foldWords([], 6), []);
});

Deno.test("foldWords() counts the cells that a terminal shows", async () => {
  assertEquals(await foldWords(["漢字", "漢字"], 8), ["漢字", "漢字"]);
  assertEquals(await foldWords(["漢字", "漢字"], 9), ["漢字 漢字"]);
});
