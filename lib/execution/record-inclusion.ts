import type { Hex } from 'viem'
import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { recordEvents } from '@/lib/audit'
import { Chain, orderedUrls, readBacked, readRpc, refusalOf, type Log } from '@/lib/chains'
import { json, sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import type * as Attempt from './Attempt'
import { compareInclusion } from './compare-inclusion'
import { withoutFlush } from './row'
import * as Transaction from './Transaction'

/** A receipt, parsed. */
export type Receipt = {
  hash: Hex
  ok: boolean
  blockNumber: bigint
  blockHash: Hex
  gasUsed: bigint
  /** Wei per gas. */
  gasPrice: bigint
  /** What an OP-stack chain took for the data on L1, wei; null elsewhere. */
  l1FeeWei: bigint | null
  logs: readonly Log[]
}

type Answer = {
  transactionHash: Hex
  status: Hex
  blockNumber: Hex | null
  blockHash: Hex | null
  gasUsed: Hex
  effectiveGasPrice?: Hex
  l1Fee?: Hex
  logs: readonly { address: Hex; topics: readonly Hex[]; data: Hex; logIndex: Hex }[]
}

type Read = (method: string, params: readonly unknown[]) => Promise<unknown>

/**
 * The receipt of the first of these hashes that has one. Money is booked by it, so where there are several endpoints a second one
 * has to tell the same; it is asked only when there is something to tell.
 * @param read asks otherwise than that.
 * @throws TransportError | RpcError when the chain cannot be read.
 */
export async function findReceipt(
  network: Caip2,
  hashes: readonly string[],
  read?: Read,
): Promise<Receipt | undefined> {
  const ask: Read = read ?? ((method, params) => readRpc(network, method, params))
  const answers = await Promise.all(hashes.map((hash) => ask('eth_getTransactionReceipt', [hash])))
  const answer = (answers as (Answer | null)[]).find((receipt) => receipt?.blockHash && receipt.blockNumber)
  if (!answer || read || orderedUrls(network).length === 1) return answer ? parse(answer) : undefined
  const backed = await Promise.all(
    hashes.map((hash) => readBacked<Answer | null>(network, 'eth_getTransactionReceipt', [hash])),
  )
  const told = backed.find((receipt) => receipt?.blockHash && receipt.blockNumber)
  return told ? parse(told) : undefined
}

/** What a receipt is of; `reorgs` as they were known before it was asked for. */
export type Subject = Pick<Transaction.Transaction, 'id' | 'network' | 'reorgs'>

/**
 * Writes an inclusion once; the first to see it does. A receipt that was read before a reorganisation was noticed writes nothing.
 * @returns which attempt it was, the call itself or one that cancelled it; undefined when this wrote nothing.
 */
export async function recordInclusion(
  ctx: Ctx,
  { id, network, reorgs }: Subject,
  receipt: Receipt,
): Promise<Attempt.Attempt['kind'] | undefined> {
  failpoint('after-inclusion')
  const reason = receipt.ok ? null : await explainRevert(network, receipt)
  return withTransaction(async (tx) => {
    const [written] = await tx.query<Pick<Attempt.Attempt, 'kind'> & Pick<Transaction.Transaction, 'simulation'>>(sql`
      UPDATE transaction SET status = 'included', hash = ${receipt.hash}, block_number = ${receipt.blockNumber},
        block_hash = ${receipt.blockHash}, gas_used = ${receipt.gasUsed}, gas_price = ${receipt.gasPrice},
        l1_fee_wei = ${receipt.l1FeeWei}, logs = ${json(receipt.logs)}::jsonb, error = ${reason}, held_reason = NULL,
        lease_until = NULL, included_at = now(), submitted_at = coalesce(submitted_at, now()),
        due_at = now() + make_interval(secs => ${Chain.get(network).blockTimeMs / 1000})
      WHERE id = ${id}::uuid AND reorgs = ${reorgs}
        AND status = ANY(${Transaction.mayBecome('included')}::transaction_status[]) AND ${withoutFlush}
      RETURNING simulation, (SELECT a.kind FROM attempt a WHERE a.hash = ${receipt.hash}) AS kind`)
    if (!written) return undefined
    const { logs, l1FeeWei, ...data } = receipt
    const isCancelled = written.kind === 'cancel'
    const drift = isCancelled ? undefined : compareInclusion(written.simulation, receipt)
    if (drift) await tx.execute(sql`UPDATE transaction SET drift = ${json(drift)}::jsonb WHERE id = ${id}::uuid`)
    const more = {
      ...(drift && { drift }),
      ...(l1FeeWei !== null && { l1FeeWei }),
      ...(isCancelled && { isCancelled }),
      ...(reason && { reason }),
    }
    await recordEvents(tx, ctx, [
      { type: 'transaction.included', transactionId: id, data: { ...data, logs: logs.length, ...more } },
    ])
    failpoint('before-inclusion')
    return written.kind
  })
}

type SentCall = { to?: Hex | null; input?: Hex; value?: Hex }
/** A Tempo transaction holds a list of calls. */
type Sent = SentCall & { from: Hex; calls?: readonly SentCall[] | null }

/** Why it reverted, by running it again on the state before its block; the exact place in the block cannot be had. */
async function explainRevert(network: Caip2, { hash, blockNumber }: Receipt): Promise<string> {
  const before = `0x${(blockNumber - 1n).toString(16)}`
  try {
    const { from, calls, ...only } = await readRpc<Sent>(network, 'eth_getTransactionByHash', [hash])
    for (const { to, input, value } of calls ?? [only]) {
      const refusal = await tryAgain(network, { from, to, data: input, value }, before)
      if (refusal !== undefined) return refusal.slice(0, 300)
    }
  } catch {
    // The node may have forgotten that state.
  }
  return 'It ran and reverted.'
}

async function tryAgain(network: Caip2, call: Record<string, unknown>, block: string): Promise<string | undefined> {
  try {
    await readRpc(network, 'eth_call', [call, block])
    return undefined
  } catch (error) {
    return refusalOf(error)
  }
}

function parse(answer: Answer): Receipt {
  return {
    hash: answer.transactionHash,
    ok: BigInt(answer.status) === 1n,
    blockNumber: BigInt(answer.blockNumber ?? '0x0'),
    blockHash: answer.blockHash ?? '0x',
    gasUsed: BigInt(answer.gasUsed),
    gasPrice: BigInt(answer.effectiveGasPrice ?? '0x0'),
    l1FeeWei: answer.l1Fee ? BigInt(answer.l1Fee) : null,
    logs: answer.logs.map(({ address, topics, data, logIndex }) => ({
      address: address.toLowerCase(),
      topics,
      data,
      logIndex: Number(logIndex),
    })),
  }
}
