import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect } from 'vitest'
import type { RequestInfo } from '@/lib/gateway'
import { createListener, type ListenerTarget, type GatewayListener } from '@/lib/gateway/listener'

/** The production listener on a port of its own, with a gateway and pages of the test's own behind it, and bytes as they are. */

type Handle = (request: Request, info: RequestInfo) => Response | Promise<Response>
/** Requests that reached Next. */
type Page = { method: string | undefined; target: string | undefined; headers: IncomingHttpHeaders }

const open: { listener: GatewayListener; sockets: Socket[] }[] = []

/** For afterEach. */
export async function stopAll(): Promise<void> {
  for (const { listener, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await listener.close(0)
  }
}

export async function start(
  handle: Handle,
  overrides: Parameters<typeof createListener>[1] = {},
  more: Partial<ListenerTarget> = {},
) {
  const pages: Page[] = []
  const behind: ListenerTarget = {
    handle: async (request, info) => handle(request, info),
    otherwise: (request, response) => {
      pages.push({ method: request.method, target: request.url, headers: { ...request.headers } })
      response.end('next')
    },
    origin: 'http://sluice.test',
    ...more,
  }
  const listener = createListener(behind, overrides)
  await new Promise<void>((resolve) => listener.server.listen(0, '127.0.0.1', resolve))
  const { port } = listener.server.address() as AddressInfo
  const sockets: Socket[] = []
  open.push({ listener, sockets })

  /** Sends bytes as they are, and gives all that comes back until the connection closes. */
  const raw = async (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1'))).on('error', () => {})
    socket.write(text)
    await once(socket, 'close')
    return answer
  }
  const get = (target: string) => raw(`GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
  return { listener, port, raw, get, pages, url: `http://127.0.0.1:${port}`, sockets }
}

/** Status and code of a raw answer, which has to be a whole problem. */
export function problemOf(answer: string): { status: number; code: unknown } {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const begin = body.indexOf('{')
  expect(head.toLowerCase()).toContain('content-type: application/problem+json')
  expect(head.toLowerCase()).toContain('x-content-type-options: nosniff')
  const problem = JSON.parse(body.slice(begin, body.lastIndexOf('}') + 1)) as Record<string, unknown>
  expect(problem.type).toBe(`http://sluice.test/docs/errors/${String(problem.code)}`)
  return { status: Number(head.split(' ')[1]), code: problem.code }
}
