import { numberToHex, type Hex } from 'viem'
import { createCoalescer, readRpc, type CallMember } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { toHex } from '../bytes'

/** A call to simulate. Value in wei. */
export type SimulationStep = { to: Hex; data: Hex; value: bigint; gas?: bigint | undefined }

/** A signer's sent transactions that no block holds yet, in nonce order, and the block at which that was true. */
export type SignerQueue = { steps: readonly SimulationStep[]; transactions: number; block: Hex | 'latest' }

/** Most transactions that run before a call. */
const queueMax = 20
const none: SignerQueue = { steps: [], transactions: 0, block: 'latest' }

type Sent = {
  nonce: bigint
  to: Hex | null
  data: Uint8Array | null
  value: bigint
  gas: bigint
  calls: readonly CallMember[] | null
}

/**
 * The signer's signed transactions that may still run, up to `beforeNonce`. If there are any, the chain is asked for
 * the nonce count at the simulated block, so that none runs twice and none is left out.
 * @throws TransportError | RpcError if the chain cannot be read.
 */
export async function readQueue(network: Caip2, signer: string, beforeNonce: bigint | null): Promise<SignerQueue> {
  const sent = await readSent(network, signer, beforeNonce)
  if (sent.length === 0) return none
  const { block, used } = await readUsed(network, signer.toLowerCase())
  const waiting = sent.filter(({ nonce }) => nonce >= used)
  return { steps: waiting.flatMap(stepsOf), transactions: waiting.length, block }
}

const askersMax = 100

/**
 * The signer's transaction count in the newest block. Concurrent callers share a read that starts after their call, so
 * that block contains everything that had left the queue.
 */
const readUsed = createCoalescer<string, { block: Hex; used: bigint }>(askersMax, async (network, signers) => {
  const block = await readRpc<Hex>(network, 'eth_blockNumber', [])
  const counts = new Map<string, Promise<bigint>>()
  for (const signer of signers)
    if (!counts.has(signer))
      counts.set(signer, readRpc<Hex>(network, 'eth_getTransactionCount', [signer, block]).then(BigInt))
  return Promise.all(signers.map(async (signer) => ({ block, used: (await counts.get(signer)) ?? 0n })))
})

/** Transactions with a cancelling attempt are left out, because their call will hardly run. */
async function readSent(network: Caip2, signer: string, beforeNonce: bigint | null): Promise<Sent[]> {
  return db.query<Sent>(sql`
    SELECT t.nonce, t."to", t.data, t.value, t.calls, latest.gas
    FROM transaction t,
      LATERAL (SELECT a.gas, a.kind FROM attempt a WHERE a.transaction_id = t.id ORDER BY a.seq DESC LIMIT 1) latest
    WHERE t.network = ${network} AND t.signer = ${signer.toLowerCase()} AND t.nonce IS NOT NULL AND t.kind <> 'raw'
      AND t.status IN ('signed', 'submitted', 'held') AND latest.kind <> 'cancel'
      AND ${beforeNonce === null ? sql`true` : sql`t.nonce < ${beforeNonce}`}
    ORDER BY t.nonce LIMIT ${queueMax}`)
}

function stepsOf({ to, data, value, calls, gas }: Sent): SimulationStep[] {
  if (calls) return calls.map((call) => ({ ...call, value: 0n }))
  return to ? [{ to, data: data ? toHex(data) : '0x', value, gas }] : []
}

/** A step as JSON-RPC parameters. */
export function toRpc(from: string, { to, data, value, gas }: SimulationStep): Record<string, string> {
  return {
    from,
    to,
    data,
    ...(value > 0n && { value: numberToHex(value) }),
    ...(gas !== undefined && { gas: numberToHex(gas) }),
  }
}
