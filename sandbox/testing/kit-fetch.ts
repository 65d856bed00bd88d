/**
 * Lets `@solana/kit` reach a node from a process that has loaded undici: its requests name their Content-Length, Node 20's fetch
 * adds its own, and undici 7 refuses two. Wraps the global fetch; what it is asked for stays the same.
 */
export function letKitFetch(): void {
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.delete('content-length')
    return fetch(input, init && { ...init, headers })
  }
}
