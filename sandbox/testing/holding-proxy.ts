import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/**
 * A proxy that holds every answer until all of it is there, unless it is asked not to (X-Accel-Buffering): nginx as it is
 * installed.
 */
export async function startHoldingProxy(to: string): Promise<{ url: string; stop(): void }> {
  const { hostname, port } = new URL(to)
  const server = createServer((request, response) => {
    const headers = { ...request.headers, host: 'upstream', connection: 'close' }
    const onward = send({ hostname, port, method: request.method, path: request.url, headers }, async (answer) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...told } = answer.headers
      const isHeld = told['x-accel-buffering'] !== 'no'
      const whole = isHeld ? await buffer(answer) : undefined
      response.writeHead(answer.statusCode ?? 502, told)
      if (whole) response.end(whole)
      else answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
