import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { askEndpoint } from './pool/ask-endpoint'
import { RpcError } from './pool/call-rpc'
import { inOrder, poolOf, type RpcEndpoint } from './pool/pools'
import { classify, type RefusalMeaning } from './Refusal'

/** What the nodes said to signed bytes. Only `rejected`, `underpriced` and `funds` mean that they did not take them. */
export type SendAnswer = {
  kind: RefusalMeaning | 'accepted'
  /** In the node's own words. */
  message: string
  /** Host and digest of the endpoint that said it; several when none gave an answer, none when none could be asked. */
  endpoint: string
}

const atOnce = 2
const unknownMethod = -32601

/**
 * Sends signed bytes to the best endpoint and to one more; the first that takes them is the answer, and the other is not
 * waited for. The next ones are asked when neither gave an answer. `private`: only to the network's private endpoint,
 * whatever it answers. Safe to repeat with the same bytes. Never throws for trouble with the chain: a lost answer is
 * `unknown`, never a failure.
 * @throws TypeError when the network is not served.
 */
export async function sendRaw(network: Caip2, bytes: Hex, options: { private?: boolean } = {}): Promise<SendAnswer> {
  const pool = poolOf(network)
  if (options.private) return sendPrivately(pool.private, network, bytes)
  const line = [...inOrder(pool, 'send')]
  const lost: SendAnswer[] = []
  while (line.length > 0) {
    const answer = await sendToSome(line.splice(0, atOnce), bytes)
    if (answer.kind !== 'unknown') return settle(answer, lost)
    lost.push(answer)
  }
  return join(lost)
}

/** The first answer that says that the bytes are in a pool, else what follows from all of them together. */
function sendToSome(endpoints: readonly RpcEndpoint[], bytes: Hex): Promise<SendAnswer> {
  const sent = endpoints.map((endpoint) => send(endpoint, 'eth_sendRawTransaction', [bytes]))
  return new Promise((resolve, reject) => {
    for (const one of sent)
      void one.then((answer) => {
        if (isTaken(answer)) resolve(answer)
      })
    Promise.all(sent).then((answers) => resolve(combine(answers)), reject)
  })
}

async function sendPrivately(endpoint: RpcEndpoint | undefined, network: Caip2, bytes: Hex): Promise<SendAnswer> {
  if (!endpoint)
    return { kind: 'rejected', message: `This server has no private endpoint for ${network}.`, endpoint: '' }
  const answer = await send(endpoint, 'eth_sendPrivateTransaction', [{ tx: bytes }])
  // Some relays keep what comes by the ordinary method private: the URL says so, not the method.
  return answer.isMethodUnknown ? send(endpoint, 'eth_sendRawTransaction', [bytes]) : answer
}

type Sent = SendAnswer & { isMethodUnknown?: true }

async function send(endpoint: RpcEndpoint, method: string, params: readonly unknown[]): Promise<Sent> {
  const { label } = endpoint
  try {
    return { kind: 'accepted', message: await askEndpoint<Hex>(endpoint, method, params), endpoint: label }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!(error instanceof RpcError)) return { kind: 'unknown', message, endpoint: label }
    const isMethodUnknown =
      error.code === unknownMethod || /method .*(not found|not supported|does not exist)/i.test(message)
    return {
      kind: classify(error.code, message),
      message,
      endpoint: label,
      ...(isMethodUnknown && { isMethodUnknown }),
    }
  }
}

const isTaken = ({ kind }: SendAnswer) => kind === 'accepted' || kind === 'known'

/** None took them: a used nonce is told by one, a refusal only when no answer was lost. */
function combine(answers: readonly Sent[]): SendAnswer {
  const taken = answers.find(isTaken) ?? answers.find(({ kind }) => kind === 'nonce-too-low')
  const lost = answers.filter(({ kind }) => kind === 'unknown')
  const [refused] = answers.filter(({ kind, isMethodUnknown }) => kind !== 'unknown' && !isMethodUnknown)
  const answer = taken ?? (lost.length > 0 ? join(answers) : (refused ?? answers[0]))
  if (!answer) throw new TypeError('no endpoint was asked')
  const { kind, message, endpoint } = answer
  return { kind, message, endpoint }
}

/** After a lost answer the bytes may be with that node, so another node's refusal proves nothing any more. */
function settle(answer: SendAnswer, lost: readonly SendAnswer[]): SendAnswer {
  const isProof = lost.length === 0 || isTaken(answer) || answer.kind === 'nonce-too-low'
  return isProof ? answer : join([...lost, answer])
}

function join(answers: readonly SendAnswer[]): SendAnswer {
  return {
    kind: 'unknown',
    message: answers.map(({ message }) => message).join('; '),
    endpoint: answers.map(({ endpoint }) => endpoint).join(', '),
  }
}
