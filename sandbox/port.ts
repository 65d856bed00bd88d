import { createServer } from 'node:net'

/**
 * A TCP port that is free now: the wished one, or one that the kernel picks. Another process may take it before it
 * is used, so the caller must be ready to ask for another one.
 * @param hosts every address it must be free on.
 */
export async function pickPort(wished = 0, hosts: readonly string[] = ['127.0.0.1']): Promise<number> {
  if (wished !== 0 && (await isFreeOnAll(wished, hosts))) return wished
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer()
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
      })
    })
    if (await isFreeOnAll(port, hosts)) return port
  }
  throw new Error('no free TCP port found')
}

// One after the other: some of the addresses contain each other.
async function isFreeOnAll(port: number, hosts: readonly string[]): Promise<boolean> {
  for (const host of hosts) if (!(await isFree(port, host))) return false
  return true
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // A machine without IPv6 cannot have the port taken there.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL'),
    )
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
