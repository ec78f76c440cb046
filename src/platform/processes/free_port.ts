/** Whether a socket can be bound to a TCP port at every address, as a server does by default. */
export function canBind(port: number): boolean {
  return ["0.0.0.0", "::"].every((hostname) => {
    try {
      Deno.listen({ hostname, port }).close();
      return true;
    } catch (error) {
      // There may be no IPv6 on this machine.
      return !(error instanceof Deno.errors.AddrInUse ||
        error instanceof Deno.errors.PermissionDenied);
    }
  });
}
