import { numberToHex, type Address, type Hex } from 'viem'
import { db, sql } from '@/lib/db'
import type { Anvil } from '../anvil'
import { counter, effectsOf } from '../counter'

type Chain = Pick<Anvil, 'rpc'>

/** A transaction that calls the counter for an intent. */
export type Asked = { id: string; intentId: Hex; valueWei: bigint }

/** The calls that were queued for a chain, and from which block on. */
export type Run = {
  network: string
  asked: readonly Asked[]
  /** Nothing of it is in an earlier block. */
  fromBlock: bigint
  /** Money that each signer received: wei by lower-case address. */
  fundedWei: ReadonlyMap<string, bigint>
}

/** The chain compared with the database, for transactions. Each list holds sentences about what is wrong. */
export type Verdict = {
  asked: number
  /** Had their effect. */
  landed: number
  /** Were carried out again, which the counter refused. */
  doubled: string[]
  /** Are nowhere: no row, or one that has not ended. */
  lost: string[]
  /** Ended in a state that the chain contradicts. */
  wrong: string[]
  /** Lanes whose counter is not the chain's. */
  gaps: string[]
  /** Money that the rows or the blocks do not account for. */
  unbalanced: string[]
}

/** Judges a world in which nothing moves any more. Only reads, directly from the chain and past all providers. */
export async function judge(chain: Chain, run: Run): Promise<Verdict> {
  const { network, asked, fromBlock } = run
  const rows = await readRows(asked)
  const truth = await readTruth(chain, fromBlock)
  const verdict: Verdict = {
    ...{ asked: asked.length, landed: 0 },
    ...{ doubled: [], lost: [], wrong: [], gaps: [], unbalanced: [] },
  }
  for (const one of asked) await judgeOne(chain, one, rows.get(one.id), truth, verdict)
  for (const intentId of truth.refused)
    if (asked.some((one) => one.intentId === intentId) && (await effectsOf(chain, intentId)) > 0n)
      verdict.doubled.push(`${intentId} was carried out again`)
  for (const signer of new Set([...rows.values()].map((row) => row.signer)))
    await judgeSigner(chain, network, signer, run.fundedWei.get(signer), truth, verdict)
  return verdict
}

/** True when nothing is wrong. */
export function isClean({ doubled, lost, wrong, gaps, unbalanced }: Verdict): boolean {
  return [doubled, lost, wrong, gaps, unbalanced].every((list) => list.length === 0)
}

type Row = {
  id: string
  status: string
  error: string | null
  signer: string
  hash: Hex | null
  blockHash: Hex | null
  costWei: bigint | null
  attempts: Hex[]
}

async function readRows(asked: readonly Asked[]): Promise<Map<string, Row>> {
  const rows = await db.query<Row>(sql`
    SELECT id, status, error, signer, hash, block_hash AS "blockHash", gas_used * gas_price AS "costWei",
      ARRAY(SELECT a.hash FROM attempt a WHERE a.transaction_id = t.id) AS attempts
    FROM transaction t WHERE id = ANY(${asked.map(({ id }) => id)}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}

type Mined = { hash: Hex; from: string; blockHash: Hex; costWei: bigint; valueWei: bigint }

/** The content of the blocks. */
type Truth = {
  byHash: ReadonlyMap<Hex, Mined>
  /** Intents of calls of the counter that reverted. */
  refused: readonly Hex[]
}

type Block = {
  hash: Hex
  transactions: readonly { hash: Hex; from: Address; to: Address | null; value: Hex; input: Hex }[]
}
type Receipt = { transactionHash: Hex; status: Hex; gasUsed: Hex; effectiveGasPrice: Hex }

async function readTruth({ rpc }: Chain, fromBlock: bigint): Promise<Truth> {
  const byHash = new Map<Hex, Mined>()
  const refused: Hex[] = []
  const head = BigInt(await rpc<Hex>('eth_blockNumber', []))
  for (let number = fromBlock; number <= head; number++) {
    const block = await rpc<Block>('eth_getBlockByNumber', [numberToHex(number), true])
    if (block.transactions.length === 0) continue
    const receipts = await rpc<readonly Receipt[]>('eth_getBlockReceipts', [numberToHex(number)])
    const receiptOf = new Map(receipts.map((receipt) => [receipt.transactionHash, receipt]))
    for (const { hash, from, to, value, input } of block.transactions) {
      const receipt = receiptOf.get(hash)
      if (!receipt) throw new Error(`${hash} has no receipt`)
      const hasRun = receipt.status === '0x1'
      const costWei = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice)
      const valueWei = hasRun ? BigInt(value) : 0n
      byHash.set(hash, { hash, from: from.toLowerCase(), blockHash: block.hash, costWei, valueWei })
      // A call of `execute` is its selector and the intent.
      if (!hasRun && to?.toLowerCase() === counter.toLowerCase()) refused.push(`0x${input.slice(10, 74)}`)
    }
  }
  return { byHash, refused }
}

const ended: ReadonlySet<string> = new Set(['final', 'reverted', 'failed', 'expired', 'cancelled'])

/** At most one attempt of a transaction is in a block: the one that its row names, at the cost in that row. */
async function judgeOne(
  chain: Chain,
  { id, intentId, valueWei }: Asked,
  row: Row | undefined,
  { byHash }: Truth,
  verdict: Verdict,
): Promise<void> {
  const effects = await effectsOf(chain, intentId)
  if (effects > 0n) verdict.landed++
  if (!row || !ended.has(row.status)) return void verdict.lost.push(`${id} is ${row?.status ?? 'not stored'}`)
  const about = `${id} is ${row.status} (${row.error ?? 'no error'})`
  if ((row.status === 'final') !== effects > 0n) verdict.wrong.push(`${about}, and had ${effects} effects`)
  const mined = row.attempts.flatMap((hash) => byHash.get(hash) ?? [])
  const [one] = mined
  if (mined.length > 1) verdict.doubled.push(`${about}, and ${mined.length} of its attempts are in blocks`)
  if (row.hash !== (one?.hash ?? null) || row.blockHash !== (one?.blockHash ?? null))
    verdict.wrong.push(`${about} by ${row.hash} in ${row.blockHash}: the chain says ${one?.hash} in ${one?.blockHash}`)
  if (one && row.costWei !== one.costWei)
    verdict.unbalanced.push(`${id} cost ${one.costWei} wei, and its row says ${row.costWei}`)
  if (one && row.status === 'final' && one.valueWei !== valueWei)
    verdict.unbalanced.push(`${id} moved ${one.valueWei} wei, and should have moved ${valueWei}`)
}

/** Every nonce that was handed out is in a block, and what was given to the signer is spent or still there. */
async function judgeSigner(
  { rpc }: Chain,
  network: string,
  signer: string,
  fundedWei: bigint | undefined,
  { byHash }: Truth,
  verdict: Verdict,
): Promise<void> {
  const count = BigInt(await rpc<Hex>('eth_getTransactionCount', [signer, 'latest']))
  const [lane] = await db.query<{ next: bigint }>(
    sql`SELECT next_nonce AS next FROM signer WHERE network = ${network} AND address = ${signer}`,
  )
  if (lane?.next !== count) verdict.gaps.push(`the lane of ${signer} is at ${lane?.next}, the chain at ${count}`)
  if (fundedWei === undefined) return
  const spentWei = [...byHash.values()].reduce(
    (sum, { from, costWei, valueWei }) => (from === signer ? sum + costWei + valueWei : sum),
    0n,
  )
  const heldWei = BigInt(await rpc<Hex>('eth_getBalance', [signer, 'latest']))
  if (heldWei + spentWei !== fundedWei)
    verdict.unbalanced.push(`${signer} got ${fundedWei} wei, spent ${spentWei} and holds ${heldWei}`)
}
