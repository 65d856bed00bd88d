import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { createListener } from '@/lib/gateway'

export type Came = {
  status: number
  /** Status line, headers and the empty line, as they came. */
  head: string
  bytes: number
  headers: Headers
  body: string
}

/** Our listener in front of some handler, asked over a socket of its own, so that what is counted is what a proxy counts. */
export async function listenFor(handle: Parameters<typeof createListener>[0]['handle']) {
  const listener = createListener({
    handle,
    otherwise: (_, outgoing) => void outgoing.end(),
    origin: 'http://sluice.test',
  })
  await new Promise<void>((resolve) => listener.server.listen(0, '127.0.0.1', resolve))
  const { port } = listener.server.address() as AddressInfo

  async function ask(method: string, target: string, { headers = {}, body = '' } = {}): Promise<Came> {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
    const sent = {
      Host: 'sluice.test',
      Connection: 'close',
      'Content-Length': String(Buffer.byteLength(body)),
      ...headers,
    }
    const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
    await once(socket, 'close')
    const all = Buffer.concat(chunks)
    const end = all.indexOf('\r\n\r\n') + 4
    const head = all.toString('latin1', 0, end)
    const [first = '', ...fields] = head.trimEnd().split('\r\n')
    return {
      status: Number(first.split(' ')[1]),
      head,
      bytes: end,
      headers: new Headers(
        fields.map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 2)]),
      ),
      body: all.toString('utf8', end),
    }
  }

  return { ask, close: () => listener.close(0) }
}
