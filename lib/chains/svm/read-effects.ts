import type { Caip2 } from '@/lib/money'
import { accountsOf, messageOf } from './SvmPayment'
import { readRpc } from '../pool/read-rpc'

type Balance = { accountIndex: number; mint: string; owner?: string; uiTokenAmount: { amount: string } }

type Ran = {
  slot: number
  transaction: [string, 'base64']
  meta: {
    err: unknown
    fee: number
    logMessages?: readonly string[] | null
    computeUnitsConsumed?: number
    preTokenBalances?: readonly Balance[] | null
    postTokenBalances?: readonly Balance[] | null
  } | null
} | null

/** Undefined while the node has no confirmed block with it. @throws RpcError | TransportError */
export async function readEffects(network: Caip2, signature: string): Promise<SvmEffects | undefined> {
  const config = { encoding: 'base64', commitment: 'confirmed', maxSupportedTransactionVersion: 0 }
  const ran = await readRpc<Ran>(network, 'getTransaction', [signature, config])
  if (!ran?.meta) return undefined
  const { err, fee, computeUnitsConsumed = 0, logMessages, preTokenBalances, postTokenBalances } = ran.meta
  return {
    slot: BigInt(ran.slot),
    err: err ?? null,
    feeLamports: BigInt(fee),
    units: BigInt(computeUnitsConsumed),
    logs: logMessages ?? null,
    message: messageOf(ran.transaction[0]),
    changes: changesOf(accountsOf(ran.transaction[0]), preTokenBalances ?? [], postTokenBalances ?? []),
  }
}

function changesOf(
  named: readonly string[],
  before: readonly Balance[],
  after: readonly Balance[],
): SvmEffects['changes'] {
  const accounts = new Map([...before, ...after].map(({ accountIndex, mint }) => [accountIndex, mint]))
  const heldIn = (balances: readonly Balance[], wanted: number) =>
    BigInt(balances.find(({ accountIndex }) => accountIndex === wanted)?.uiTokenAmount.amount ?? '0')
  return [...accounts].map(([accountIndex, mint]) => ({
    account: named[accountIndex] ?? '',
    accountIndex,
    mint,
    changeBase: heldIn(after, accountIndex) - heldIn(before, accountIndex),
  }))
}

/** The effects of a transaction once its block is voted on. */
export type SvmEffects = {
  slot: bigint
  err: unknown
  feeLamports: bigint
  units: bigint
  logs: readonly string[] | null
  /** The signed message. */
  message: Uint8Array
  /** Balance changes of token accounts; negative for a decrease. */
  changes: readonly { account: string; accountIndex: number; mint: string; changeBase: bigint }[]
}
