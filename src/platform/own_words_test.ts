import { assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { refuseUnreadableWords } from "./own_words.ts";

const encoder = new TextEncoder();

Deno.test("F47 refuseUnreadableWords() refuses what is not UTF-8, and nothing that was typed", () => {
  const bad = new Uint8Array([...encoder.encode("imp\0add\0a"), 0xff, 0]);
  const error = () => refuseUnreadableWords(["add", "a\ufffd"], () => bad);
  assertThrows(error, AppError, 'Cannot read "a\ufffd": it is not UTF-8');
  refuseUnreadableWords(["add", "a\ufffd"], () => encoder.encode("imp\0add\0a\ufffd\0"));
  refuseUnreadableWords(["add", "a\ufffd"], () => undefined);
  refuseUnreadableWords(["add", "ä"], () => {
    throw new Error("it is not looked at when there is no need");
  });
});
