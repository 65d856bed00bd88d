import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { keccak256, numberToHex, type Hex } from 'viem'
import { lieOf } from './lies'
import type { Entry } from './log'
import type { Answer, Call, Node, Respond } from './node'
import type { Pool } from './pool'
import { arm, type ArmedRule, type Fault, type Rule } from './rule'

/** A JSON-RPC endpoint like a hosted one, as good or as bad as its rules say. */
export type Provider = {
  name: string
  url: string
  /** Takes what it is sent privately: the public pool does not see it. */
  isPrivate: boolean
  /** Adds a rule. Several apply in the order in which they came. Returns what takes it away again. */
  break(rule: Rule): () => void
  /** Takes all rules away. */
  heal(): void
  /** Number of calls by method. */
  calls: ReadonlyMap<string, number>
  /** Ends it, as if the provider were gone. May be called twice. */
  stop(): Promise<void>
}

export type ProviderOptions = {
  name: string
  isPrivate: boolean
  seed: string
  node: Node
  pool: Pool
  note(entry: Entry): void
}

type Armed = ArmedRule & { index: number; lie: ((next: Respond) => Respond) | undefined }
type Reply =
  | { kind: 'hang' }
  | { kind: 'reset' }
  | { kind: 'text'; status: number; headers?: Record<string, string>; text: string }
type Request = Call & { id: unknown }

const sends = new Set(['eth_sendRawTransaction', 'eth_sendPrivateTransaction'])

export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const { name, isPrivate, seed, note } = options
  const rules: Armed[] = []
  const calls = new Map<string, number>()
  let made = 0
  const respond = gateway(options)

  async function answer(request: Request): Promise<Reply> {
    const { id, method, params = [] } = request
    calls.set(method, (calls.get(method) ?? 0) + 1)
    const hits = rules.filter((armed) => {
      const nth = armed.hit(method)
      if (nth !== undefined)
        note({ what: 'fault', provider: name, rule: armed.index, nth, method, kind: armed.rule.fault.kind })
      return nth !== undefined
    })
    const faults = hits.map(({ rule }) => rule.fault)
    const refused = faults.map((fault) => refusal(fault, id)).find((reply) => reply !== undefined)
    const isSwallowed = sends.has(method) && faults.some(({ kind }) => kind === 'black-hole')
    const told = hits.reduce<Respond>((next, { lie }) => (lie ? lie(next) : next), isSwallowed ? swallow : respond)
    const reply = refused ?? toReply(id, await told({ method, params }))
    if (sends.has(method)) noteSend(request, reply)
    for (const fault of faults) if (fault.kind === 'latency') await sleep(fault.ms)
    if (faults.some(({ kind }) => kind === 'lost-reply')) return { kind: 'reset' }
    if (reply.kind === 'text' && faults.some(({ kind }) => kind === 'malformed'))
      return { ...reply, text: reply.text.slice(0, reply.text.length / 2) }
    return reply
  }

  function noteSend(call: Call, reply: Reply): void {
    const hash = keccak256(bytesOf(call))
    const told = reply.kind === 'text' ? reply.text : reply.kind
    note({
      what: 'send',
      provider: name,
      isPrivate: isPrivate || call.method !== 'eth_sendRawTransaction',
      hash,
      answer: told,
    })
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing, answer))
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isPrivate,
    break(rule) {
      const index = made++
      const armed = { ...arm(rule, `${seed}|${name}|${index}`), index, lie: lieOf(rule.fault) }
      rules.push(armed)
      return () => void (rules.includes(armed) && rules.splice(rules.indexOf(armed), 1))
    },
    heal: () => void rules.splice(0),
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The answers of an honest provider: the node's, but with the shared pool. */
function gateway({ node, pool, isPrivate }: ProviderOptions): Respond {
  return async (call) => {
    const { method, params } = call
    if (method === 'eth_sendRawTransaction') return pool.send(bytesOf(call), isPrivate)
    if (method === 'eth_sendPrivateTransaction') return isPrivate ? pool.send(bytesOf(call), true) : noMethod(method)
    if (/^(anvil|evm|hardhat|debug|txpool)_/.test(method)) return noMethod(method)
    if (method === 'eth_getTransactionCount' && params[1] === 'pending')
      return { result: numberToHex(await pool.pendingCount(String(params[0]))) }
    const answer = await node.respond(call)
    return method === 'eth_getTransactionByHash' ? asPooled(answer, pool, params[0] as Hex) : answer
  }
}

/** Private ones are in no public pool, and anvil may not hold what the pool does. */
function asPooled(answer: Answer, pool: Pool, hash: Hex): Answer {
  const pooled = pool.find(hash)
  if (!pooled || ('result' in answer && (answer.result as { blockNumber?: Hex | null } | null)?.blockNumber))
    return answer
  if (pooled.isPrivate) return { result: null }
  if ('result' in answer && answer.result !== null) return answer
  const { from, nonce, maxFeePerGas, tipPerGas } = pooled
  const fees = { maxFeePerGas: numberToHex(maxFeePerGas), maxPriorityFeePerGas: numberToHex(tipPerGas) }
  return { result: { hash, from, nonce: numberToHex(nonce), ...fees, blockHash: null, blockNumber: null } }
}

const swallow: Respond = async (call) => ({ result: keccak256(bytesOf(call)) })

function bytesOf({ params: [first] }: Call): Hex {
  return typeof first === 'object' ? (first as { tx: Hex }).tx : (first as Hex)
}

function noMethod(method: string): Answer {
  return { error: { code: -32601, message: `the method ${method} does not exist/is not available` } }
}

/** The reply of a fault that passes nothing on. */
function refusal(fault: Fault, id: unknown): Reply | undefined {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
      return { kind: fault.kind }
    case 'status':
      return { kind: 'text', status: fault.status, text: '<html><body>upstream trouble</body></html>' }
    case 'rate-limit':
      return {
        kind: 'text',
        status: 429,
        headers: { 'retry-after': String(fault.retryAfterS) },
        text: JSON.stringify({ jsonrpc: '2.0', id, error: { code: 429, message: 'too many requests' } }),
      }
    case 'rpc-error':
      return toReply(id, { error: { code: fault.code, message: fault.message } })
    default:
      return undefined
  }
}

function toReply(id: unknown, answer: Answer): Reply {
  return { kind: 'text', status: 200, text: JSON.stringify({ jsonrpc: '2.0', id, ...answer }) }
}

/** One request or a batch; in a batch the first reply that is no answer is the reply to all. */
async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Reply>,
): Promise<void> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Request | Request[]
    if (!Array.isArray(body)) return finish(outgoing, await answer(body))
    const replies = await Promise.all(body.map(answer))
    const bad = replies.find((reply) => reply.kind !== 'text' || reply.status !== 200)
    const texts = replies.map((reply) => (reply.kind === 'text' ? reply.text : ''))
    finish(outgoing, bad ?? { kind: 'text', status: 200, text: `[${texts.join(',')}]` })
  } catch {
    // Not JSON, or the chain is gone.
    outgoing.destroy()
  }
}

function finish(outgoing: ServerResponse, reply: Reply): void {
  if (reply.kind === 'hang') return
  if (reply.kind === 'reset') return void outgoing.destroy()
  outgoing.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
  outgoing.end(reply.text)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
