import { openDescriptor, OpenFlag, openLibc } from "./libc.ts";

const STDERR = 2;

/**
 * Has our stderr write to the end of the file at `path` from now on, in place of where it went. For a daemon whose log was
 * put aside: what the runtime itself says when it crashes would otherwise go to the old file. True when it worked.
 */
export function pointStderrAt(path: string): boolean {
  const fd = openDescriptor(path, OpenFlag.writeOnly | OpenFlag.append | OpenFlag.create);
  if (fd < 0) return false;
  const symbols = openLibc();
  const isPointed = symbols.dup2(fd, STDERR) === STDERR;
  symbols.close(fd);
  return isPointed;
}
