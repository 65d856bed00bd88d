import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { askEndpoint } from './pool/ask-endpoint'
import { RpcError } from './pool/call-rpc'
import { inOrder, poolOf, type RpcEndpoint } from './pool/pools'
import { classify, type RefusalMeaning } from './Refusal'

/** The nodes' answer to signed bytes. Only `rejected`, `underpriced` and `funds` mean that they refused them. */
export type SendAnswer = {
  kind: RefusalMeaning | 'accepted'
  /** The node's own words. */
  message: string
  /** Host and digest of the answering endpoint; several if none answered, empty if none could be asked. */
  endpoint: string
}

const atOnce = 2
const unknownMethod = -32601

/**
 * Sends signed bytes to the two best endpoints; the first acceptance is the answer, and the other call is not awaited.
 * If neither answers, the next ones are asked. `private`: only to the network's private endpoint, whatever it answers.
 * Safe to repeat with the same bytes. Never throws for trouble with the chain: a lost answer is `unknown`, never a
 * failure.
 * @throws TypeError if the network is not served.
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

/** The first answer that the bytes are in a pool, else a combination of all answers. */
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
  // Some relays keep transactions private by their URL, and know only the ordinary method.
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

/** No endpoint accepted them: one is enough to report a used nonce; a refusal counts only if no answer was lost. */
function combine(answers: readonly Sent[]): SendAnswer {
  const taken = answers.find(isTaken) ?? answers.find(({ kind }) => kind === 'nonce-too-low')
  const lost = answers.filter(({ kind }) => kind === 'unknown')
  const [refused] = answers.filter(({ kind, isMethodUnknown }) => kind !== 'unknown' && !isMethodUnknown)
  const answer = taken ?? (lost.length > 0 ? join(answers) : (refused ?? answers[0]))
  if (!answer) throw new TypeError('no endpoint was asked')
  const { kind, message, endpoint } = answer
  return { kind, message, endpoint }
}

/** After a lost answer that node may have the bytes, so another node's refusal proves nothing. */
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
