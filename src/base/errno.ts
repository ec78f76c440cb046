import type { SignalSystem } from "./signals.ts";

/** What both systems count alike, from 1. */
const COMMON =
  "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD - ENOMEM EACCES EFAULT ENOTBLK " +
  "EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC " +
  "ESPIPE EROFS EMLINK EPIPE EDOM ERANGE";

/** By number, from 1 (errno(3), intro(2) on macOS); a dash where a system has none that a call of ours could meet. */
const NAMES: Readonly<Record<SignalSystem, string>> = {
  linux: `${COMMON.replace("-", "EAGAIN")} EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP ` +
    "- ENOMSG EIDRM - - - - - - - - - - - - - - - - - ENODATA ETIME - - - - - - - - EPROTO - - - " +
    "EOVERFLOW - - - - - - - - - - - - ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT " +
    "EPROTONOSUPPORT - EOPNOTSUPP - EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH " +
    "ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN - - ETIMEDOUT ECONNREFUSED - " +
    "EHOSTUNREACH EALREADY EINPROGRESS ESTALE - - - - - EDQUOT - - ECANCELED",
  darwin: `${COMMON.replace("-", "EDEADLK")} EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ ` +
    "EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT - ENOTSUP - EAFNOSUPPORT EADDRINUSE " +
    "EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN " +
    "ENOTCONN - - ETIMEDOUT ECONNREFUSED ELOOP ENAMETOOLONG - EHOSTUNREACH ENOTEMPTY - - EDQUOT " +
    "ESTALE - - - - - - ENOLCK ENOSYS",
};

/** `ENOENT` for 2; `errno 9999` for what has no name here. */
export function nameOfErrno(errno: number, system: SignalSystem): string {
  const name = NAMES[system].split(" ")[errno - 1] ?? "-";
  return name === "-" ? `errno ${errno}` : name;
}

/** 2 for `ENOENT`; 0, which no failure has, for what is no such name there. */
export function numberOfErrno(name: string, system: SignalSystem): number {
  return NAMES[system].split(" ").indexOf(name) + 1;
}
