import type { Files } from "./import_box.ts";

/** A source of a shape that people write, of which all the rules of importers are to hold. */
export interface Sample {
  /** What it shows. */
  readonly title: string;
  readonly files: Files;
  /** Which of them it is about; else the best of them. */
  readonly file?: string;
  readonly env?: Files;
  /** Places such as `apps.0.watch`, or lines, that say nothing which is not so anyway: without them the same comes out. */
  readonly saysNothing?: readonly (string | RegExp)[];
}
