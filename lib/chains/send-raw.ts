import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { callRpc, orderedUrls, pause, RpcError } from './rpc'

/** What the nodes said to signed bytes. Only `rejected`, `underpriced` and `funds` mean that this node did not take them. */
export type SendAnswer = {
  kind: 'accepted' | 'known' | 'nonce-too-low' | 'underpriced' | 'funds' | 'rejected' | 'unknown'
  /** In the node's own words. */
  message: string
}

// In this order: a revert text that quotes "nonce" must not be read as a nonce conflict.
// Wordings of geth, reth, nethermind, erigon, besu and anvil (research/execution.md 1.3, 6.1).
const wordings: readonly (readonly [RegExp, SendAnswer['kind']])[] = [
  [
    /already known|already imported|already exists|alreadyknown|known transaction|already in (the )?(mem)?pool/i,
    'known',
  ],
  [/revert/i, 'rejected'],
  [
    /nonce (is )?too low|nonce too small|oldnonce|nonce already (been )?used|expiring nonce (was )?already/i,
    'nonce-too-low',
  ],
  [/insufficient (funds|balance)|insufficientfunds|lack of funds|not enough funds/i, 'funds'],
  [
    /underpriced|less than block base fee|feetoolow|fee too low|below (the )?(base|minimum)|gas price too low/i,
    'underpriced',
  ],
  // A gap below: the bytes are good and are sent again.
  [/nonce (is )?too high|nonce gap|temporar|timeout|timed out|overload|try again/i, 'unknown'],
]

/** Sorts a node's refusal by its words. Pure. */
export function classify(code: number, message: string): SendAnswer['kind'] {
  for (const [wording, kind] of wordings) if (wording.test(message)) return kind
  return code === -32603 ? 'unknown' : 'rejected'
}

/**
 * Sends signed bytes to the primary endpoint and, when that gave no answer, to the next. Safe to repeat with the same
 * bytes. Never throws: a lost answer is `unknown`, never a failure.
 */
export async function sendRaw(network: Caip2, bytes: Hex): Promise<SendAnswer> {
  const lost: string[] = []
  for (const url of orderedUrls(network)) {
    try {
      const hash = await callRpc<Hex>(url, 'eth_sendRawTransaction', [bytes])
      return { kind: 'accepted', message: hash }
    } catch (error) {
      if (error instanceof RpcError) {
        const kind = classify(error.code, error.message)
        if (kind !== 'unknown') return settle(kind, error.message, lost)
      } else pause(url)
      lost.push(error instanceof Error ? error.message : String(error))
    }
  }
  return { kind: 'unknown', message: lost.join('; ') }
}

/** After a lost answer the bytes may be with that node, so another node's refusal proves nothing any more. */
function settle(kind: SendAnswer['kind'], message: string, lost: readonly string[]): SendAnswer {
  if (lost.length === 0 || kind === 'known' || kind === 'nonce-too-low') return { kind, message }
  return { kind: 'unknown', message: [...lost, message].join('; ') }
}
