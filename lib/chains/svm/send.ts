import type { Caip2 } from '@/lib/money'
import { askEndpoint } from '../pool/ask-endpoint'
import { RpcError } from '../pool/call-rpc'
import { inOrder, poolOf, type RpcEndpoint } from '../pool/pools'
import type { SendAnswer } from '../send-raw'

const atOnce = 2
/** The node's simulation failed, so it did not forward the bytes. */
const preflightFailed = -32002

/**
 * Sends signed bytes to the two best endpoints. The tracker sends them again until they are in a block or expired. Safe
 * to repeat with the same bytes. Never throws for trouble with the cluster: a lost answer is `unknown`, and `rejected`
 * only holds for this moment, because only the blockhash's expiry ends a signed transaction.
 * @throws TypeError if the network is not served.
 */
export async function sendSvm(network: Caip2, bytes: Uint8Array): Promise<SendAnswer> {
  const line = inOrder(poolOf(network), 'send')
  let answers = await sendToEach(line.slice(0, atOnce), bytes)
  if (answers.every(({ kind }) => kind === 'unknown'))
    answers = [...answers, ...(await sendToEach(line.slice(atOnce), bytes))]
  const taken = answers.find(({ kind }) => kind === 'accepted' || kind === 'known')
  const [first] = answers.filter(({ kind }) => kind !== 'unknown')
  const isLost = answers.some(({ kind }) => kind === 'unknown')
  return taken ?? (first && !isLost ? first : lost(answers))
}

function sendToEach(endpoints: readonly RpcEndpoint[], bytes: Uint8Array): Promise<SendAnswer[]> {
  const config = { encoding: 'base64', maxRetries: 0, preflightCommitment: 'processed' }
  const params = [Buffer.from(bytes).toString('base64'), config]
  return Promise.all(endpoints.map((endpoint) => send(endpoint, params)))
}

async function send(endpoint: RpcEndpoint, params: readonly unknown[]): Promise<SendAnswer> {
  const { label } = endpoint
  try {
    return {
      kind: 'accepted',
      message: await askEndpoint<string>(endpoint, 'sendTransaction', params),
      endpoint: label,
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!(error instanceof RpcError)) return { kind: 'unknown', message, endpoint: label }
    const isKnown = error.code === preflightFailed && /already been processed/i.test(message)
    return { kind: isKnown ? 'known' : 'rejected', message, endpoint: label }
  }
}

function lost(answers: readonly SendAnswer[]): SendAnswer {
  return {
    kind: 'unknown',
    message: answers.map(({ message }) => message).join('; '),
    endpoint: answers.map(({ endpoint }) => endpoint).join(', '),
  }
}
