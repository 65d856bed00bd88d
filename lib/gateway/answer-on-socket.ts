import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, toProblem } from '@/lib/errors'
import { Cors } from '@/lib/http'

const lingerMs = 1_000

/** Writes an error on a raw connection as an HTTP problem, then closes the connection. */
export function answerOnSocket(socket: Duplex, error: AppError, origin: string): void {
  const problem = toProblem(error, origin)
  const body = JSON.stringify(problem)
  const headers = {
    ...error.headers,
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // The problem describes only the malformed request, so pages of any origin may read it.
    ...Object.fromEntries(Cors.anyOrigin),
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', () => undefined)
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`)
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

/** Answers an error of the HTTP parser. Node's own answer is an empty 400 or 431. */
export function answerParserError(error: NodeJS.ErrnoException, socket: Duplex, origin: string): void {
  // If another answer is already being written, this one would be mixed into it.
  const running = (socket as Duplex & { _httpMessage?: ServerResponse })._httpMessage
  if (!socket.writable || error.code === 'ECONNRESET' || running?.headersSent) socket.destroy()
  else answerOnSocket(socket, parserProblem(error), origin)
}

function parserProblem(error: NodeJS.ErrnoException): AppError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('headers-too-large', 'The headers are larger than 16 KiB together.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request-timeout', 'The request did not arrive in time.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('content-too-large', 'The chunk extensions of the body are too large.')
    default:
      return new AppError('bad-request', 'The request is not well-formed HTTP/1.1.')
  }
}
