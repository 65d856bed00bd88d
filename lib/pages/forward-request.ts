import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Another HTTP server of this machine, on a Unix socket. It closes no idle connection, so none is lost between two requests. */
export type ForwardTarget = { socketPath: string; agent: Agent }

/** Headers of a single connection (RFC 9110 section 7.6.1), and Expect, which the listener has answered. */
const ownHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/**
 * Forwards a request and returns its answer, each at its reader's pace. A client that leaves ends the request; an answer that
 * breaks off stays broken, never ended as if it were complete. `refuse` answers if nothing came back, with the cause.
 */
export function forwardRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { socketPath, agent }: ForwardTarget,
  refuse: (error: Error) => void,
): void {
  const { method, url: path } = incoming
  const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers
  const hasBody = length !== undefined || coding !== undefined
  const headers = passed(incoming.headers)
  if (hasBody && length === undefined) headers['transfer-encoding'] = 'chunked'
  const onward = request({ socketPath, agent, method, path, headers, setHost: false })
  outgoing.once('close', () => onward.destroy())
  onward.once('error', (error) => {
    if (outgoing.destroyed) return
    if (outgoing.headersSent) outgoing.destroy()
    else refuse(error)
  })
  onward.on('information', ({ statusCode, headers: early }) => {
    if (statusCode === 103 && early.link !== undefined) outgoing.writeEarlyHints({ link: early.link })
  })
  onward.once('response', (answer) => {
    const { statusCode = 502, statusMessage, rawHeaders } = answer
    outgoing.writeHead(statusCode, statusMessage, passedRaw(rawHeaders))
    answer.once('error', () => outgoing.destroy())
    answer.pipe(outgoing)
  })
  if (hasBody) incoming.pipe(onward)
  else onward.end()
}

/** Joins an upgraded connection with the other server's. */
export function forwardUpgrade(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { socketPath }: ForwardTarget,
): void {
  const { method, url: path, headers } = incoming
  const onward = request({ socketPath, method, path, headers, setHost: false })
  socket.once('error', () => onward.destroy())
  onward.once('error', () => socket.destroy())
  onward.once('response', () => socket.destroy())
  onward.once('upgrade', ({ statusCode, statusMessage, rawHeaders }, other, begun) => {
    other.once('error', () => socket.destroy())
    socket.once('close', () => other.destroy())
    other.once('close', () => socket.destroy())
    const lines = pairs(rawHeaders).map(([name, value]) => `${name}: ${value}`)
    socket.write([`HTTP/1.1 ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\r\n'))
    socket.write(begun)
    other.write(head)
    socket.pipe(other).pipe(socket)
  })
  onward.end()
}

function passed(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)))
}

function passedRaw(raw: readonly string[]): string[] {
  return pairs(raw)
    .filter(([name]) => !ownHeaders.has(name.toLowerCase()))
    .flat()
}

function pairs(raw: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[index * 2] ?? '', raw[index * 2 + 1] ?? ''])
}
