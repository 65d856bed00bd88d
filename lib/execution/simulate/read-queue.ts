import { numberToHex, type Hex } from 'viem'
import { createCoalescer, readRpc, type CallMember } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { toHex } from '../bytes'

/** A call that is run in a simulation. Value in wei. */
export type SimulationStep = { to: Hex; data: Hex; value: bigint; gas?: bigint | undefined }

/** What a signer has sent and no block holds yet, in nonce order, and the block at which that was so. */
export type SignerQueue = { steps: readonly SimulationStep[]; transactions: number; block: Hex | 'latest' }

/** Most that are run before a call. */
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
 * Transactions of this signer that were signed and may still run, up to `beforeNonce`. The chain is asked only when there are
 * any: then simulation and nonce count are of one block, so that none is run twice and none is left out.
 * @throws TransportError | RpcError when the chain cannot be read.
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
 * How many transactions of a signer the newest block knows. Those who ask at the same time share a read that begins after they asked:
 * what had left the queue by then is in that block.
 */
const readUsed = createCoalescer<string, { block: Hex; used: bigint }>(askersMax, async (network, signers) => {
  const block = await readRpc<Hex>(network, 'eth_blockNumber', [])
  const counts = new Map<string, Promise<bigint>>()
  for (const signer of signers)
    if (!counts.has(signer))
      counts.set(signer, readRpc<Hex>(network, 'eth_getTransactionCount', [signer, block]).then(BigInt))
  return Promise.all(signers.map(async (signer) => ({ block, used: (await counts.get(signer)) ?? 0n })))
})

/** A cancelling attempt leaves the call little chance, so such transactions are not among them. */
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

/** A step as JSON-RPC wants it. */
export function toRpc(from: string, { to, data, value, gas }: SimulationStep): Record<string, string> {
  return {
    from,
    to,
    data,
    ...(value > 0n && { value: numberToHex(value) }),
    ...(gas !== undefined && { gas: numberToHex(gas) }),
  }
}
