import { X509Certificate } from 'node:crypto'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { Agent, type Dispatcher } from 'undici'
import { LightningFault } from './LightningFault'

/** Where a node answers, and what every call to it carries. The operator chose the address, so it may be a private one. */
export type NodeDoor = {
  /** Base address, without a trailing slash. */
  url: string
  headers: Readonly<Record<string, string>>
  agent: Agent
}

export type NodeRequest = {
  method: 'GET' | 'POST'
  /** Path and query. */
  path: string
  json?: Record<string, unknown>
  form?: Record<string, string>
  timeoutMs: number
  signal?: AbortSignal | undefined
  /** Of a stream only the first line is wanted: the rest is not waited for. */
  isFirstLineEnough?: boolean
}

export type NodeAnswer = { status: number; text: string }

const connectTimeoutMs = 5_000
/** A page of a hundred invoices has about 200 KB. */
const bytesMax = 2 * 1024 * 1024

/** Connections to one node. `tlsCert`: a certificate that the node signed itself, in PEM. */
export function openDoor(url: string, headers: NodeDoor['headers'], tlsCert?: string): NodeDoor {
  const connect = { timeout: connectTimeoutMs, ...(tlsCert !== undefined && pinned(tlsCert)) }
  const agent = new Agent({ connections: 32, pipelining: 1, keepAliveTimeout: 4_000, connect })
  return { url: url.replace(/\/+$/, ''), headers, agent }
}

/** A node's own certificate names its machine, seldom the address that it is reached by: it is compared whole instead. */
function pinned(tlsCert: string) {
  const { raw } = new X509Certificate(tlsCert)
  const check = (host: string, certificate: PeerCertificate) =>
    raw.equals(certificate.raw) ? undefined : checkServerIdentity(host, certificate)
  return { ca: tlsCert, checkServerIdentity: check }
}

/**
 * One call to a node. Follows no redirect. Any status is an answer.
 * @throws LightningFault `unreachable` before a byte was sent, `unknown` after.
 */
export async function callNode(door: NodeDoor, request: NodeRequest): Promise<NodeAnswer> {
  const { method, path, json, form, timeoutMs, signal } = request
  const timeout = AbortSignal.timeout(timeoutMs)
  const body = json ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : null
  const type = json ? 'application/json' : 'application/x-www-form-urlencoded'
  const { origin, pathname } = new URL(door.url)
  try {
    const response = await door.agent.request({
      origin,
      path: (pathname === '/' ? '' : pathname) + path,
      method,
      headers: { ...door.headers, accept: 'application/json', ...(body !== null && { 'content-type': type }) },
      body,
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    return { status: response.statusCode, text: await readText(response.body, request.isFirstLineEnough) }
  } catch (error) {
    if (error instanceof LightningFault) throw error
    if (isUnsent(error)) throw new LightningFault('unreachable', 'No connection to the node.', { cause: error })
    const words = timeout.aborted
      ? `No answer of the node within ${timeoutMs / 1000} s.`
      : 'The answer of the node was lost.'
    throw new LightningFault('unknown', words, { cause: error })
  }
}

async function readText(body: Dispatcher.ResponseData['body'], isFirstLineEnough = false): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += (chunk as Buffer).byteLength
    if (size > bytesMax) {
      body.on('error', () => {}).destroy()
      throw new LightningFault('unknown', `The answer of the node is larger than ${bytesMax / 1024} KiB.`)
    }
    chunks.push(chunk as Buffer)
    // Leaving the loop closes the stream.
    if (isFirstLineEnough && (chunk as Buffer).includes('\n')) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What a socket says before it is connected. */
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
])

function isUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnsent)
  return unsentCodes.has((error as NodeJS.ErrnoException).code ?? '')
}
