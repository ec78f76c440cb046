/** Calls `fn` at every such signal until disposed of. */
export function onSignal(name: Deno.Signal, fn: () => void): Disposable {
  Deno.addSignalListener(name, fn);
  return { [Symbol.dispose]: () => Deno.removeSignalListener(name, fn) };
}
