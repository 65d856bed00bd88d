import { numberToHex, padHex, type Address, type Hex } from 'viem'
import { db, sql } from '@/lib/db'
import type { Anvil } from '../anvil'
import { fundUsdc, tokenBalance, usdc } from '../evm'
import { between, oneOf, type Random } from '../faults/random'
import {
  books,
  look,
  openBatch,
  openBatchSeller,
  spend,
  type Opened,
  type Seller,
} from '../testing/batch-channel-fixture'
import { insertRefunds } from '../testing/refund-fixture'

/** Refunds that are owed and channels that are spent while everything goes wrong. Amounts are base units of USDC. */
export type Money = {
  /** Owes a new address a refund of an amount that no other has. */
  oweRefund(): Promise<void>
  /** Has something delivered on a channel, by a voucher for exactly that. */
  spendOnce(): Promise<void>
  /** The number of unpaid refunds, and of channels that are not settled in full. */
  countOpen(): Promise<number>
  judge(): Promise<MoneyVerdict>
}

/** The chain compared with the database, for money. Each list holds sentences about what is wrong. */
export type MoneyVerdict = {
  refunds: number
  /** Deliveries that a voucher was taken for. */
  deliveries: number
  settledBase: bigint
  /** Paid more than once. */
  doubled: string[]
  /** Owed and not paid, or spent and not settled. */
  lost: string[]
  /** Delivered beyond what was paid for. */
  free: string[]
  /** Where the books and the chain differ. */
  unbalanced: string[]
}

type Owed = { id: string; to: Address; amountBase: bigint }

const channelCount = 4
const unitBase = 500n
const transferTopic = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** Opens the channels and fills the refund wallet. The chain must mine by itself, and its signers be known. */
export async function startMoney(anvil: Anvil, random: Random, refundWallet: Address): Promise<Money> {
  const heldBase = 1_000_000_000n
  await fundUsdc(anvil, refundWallet, heldBase)
  const seller = await openBatchSeller(1)
  const channels: Opened[] = []
  for (let index = 0; index < channelCount; index++) channels.push(await openBatch(seller))
  const owed: Owed[] = []
  let deliveries = 0
  return {
    async oweRefund() {
      const amountBase = BigInt(1_000 + owed.length)
      const to = numberToHex(0xfeed_0000 + owed.length, { size: 20 })
      const [id = ''] = await insertRefunds(seller, {
        network: 'eip155:84532',
        asset: usdc.toLowerCase(),
        amountBase,
        to,
      })
      owed.push({ id, to, amountBase })
    },
    async spendOnce() {
      const channel = oneOf(random, channels)
      const { spentBase, depositBase } = await look(channel.id)
      const wantedBase = spentBase + unitBase * BigInt(between(random, 1, 3))
      if (wantedBase <= depositBase && (await spend(channel, seller, wantedBase)) === 'granted') deliveries++
    },
    countOpen: async () => {
      const [row] = await db.query<{ open: number }>(sql`
        SELECT (SELECT count(*) FROM refund WHERE status <> 'paid')::int
          + (SELECT count(*) FROM channel WHERE settled_base <> spent_base OR settlement_id IS NOT NULL)::int
          + (SELECT count(*) FROM settlement_batch WHERE status = 'submitted')::int
          + (SELECT count(*) FROM transaction WHERE purpose IN ('refund', 'settlement')
              AND status NOT IN ('final', 'reverted', 'failed', 'expired', 'cancelled'))::int AS open`)
      return row?.open ?? 0
    },
    async judge() {
      const verdict: MoneyVerdict = {
        ...{ refunds: owed.length, deliveries, settledBase: 0n },
        ...{ doubled: [], lost: [], free: [], unbalanced: [] },
      }
      await judgeRefunds(anvil, owed, { wallet: refundWallet, heldBase }, verdict)
      await judgeChannels(anvil, channels, seller, verdict)
      await judgeLanes(anvil, verdict)
      return verdict
    },
  }
}

/** True when nothing is wrong. */
export function isMoneyClean({ doubled, lost, free, unbalanced }: MoneyVerdict): boolean {
  return [doubled, lost, free, unbalanced].every((list) => list.length === 0)
}

/** Each one is one transfer of exactly its amount, and the books say so once. */
async function judgeRefunds(
  anvil: Anvil,
  owed: readonly Owed[],
  { wallet, heldBase }: { wallet: Address; heldBase: bigint },
  verdict: MoneyVerdict,
): Promise<void> {
  const rows = await db.query<{ id: string; status: string; booked: bigint }>(sql`
    SELECT r.id, r.status::text, -coalesce((
      SELECT sum(l.amount) FROM ledger_line l WHERE l.payment_id = r.payment_id AND l.account LIKE 'refund_wallet:%'), 0) AS booked
    FROM refund r`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { id, to, amountBase } of owed) {
    const { status, booked } = byId.get(id) ?? { status: 'not stored', booked: 0n }
    const gotBase = await tokenBalance(anvil, usdc, to)
    const about = `the refund ${id} of ${amountBase} is ${status}`
    if (gotBase > amountBase) verdict.doubled.push(`${about}, and its payer got ${gotBase}`)
    if (gotBase < amountBase || status !== 'paid') verdict.lost.push(`${about}, and its payer got ${gotBase}`)
    if (booked !== gotBase) verdict.unbalanced.push(`${about}: the books say ${booked}, the chain ${gotBase}`)
  }
  const left = heldBase - (await tokenBalance(anvil, usdc, wallet))
  const paid = owed.reduce((sum, { amountBase }) => sum + amountBase, 0n)
  if (left !== paid) verdict.unbalanced.push(`${left} left the refund wallet, and ${paid} was owed`)
  const sent = await anvil.rpc<unknown[]>('eth_getLogs', [
    { address: usdc, fromBlock: '0x0', topics: [transferTopic, padHex(wallet.toLowerCase() as Hex, { size: 32 })] },
  ])
  if (sent.length > owed.length)
    verdict.doubled.push(`the refund wallet made ${sent.length} transfers for ${owed.length} refunds`)
}

/** Deliveries, vouchers, payouts of the contract and books agree. */
async function judgeChannels(
  anvil: Anvil,
  channels: readonly Opened[],
  seller: Seller,
  verdict: MoneyVerdict,
): Promise<void> {
  let spent = 0n
  for (const { id } of channels) {
    const { spentBase, acceptedBase, settledBase, depositBase } = await look(id)
    spent += spentBase
    verdict.settledBase += settledBase
    if (spentBase > acceptedBase || spentBase > depositBase)
      verdict.free.push(`channel ${id}: ${spentBase} spent, ${acceptedBase} signed, ${depositBase} deposited`)
    if (settledBase < spentBase) verdict.lost.push(`channel ${id}: ${spentBase} spent, ${settledBase} settled`)
    if (settledBase > spentBase) verdict.doubled.push(`channel ${id}: ${spentBase} spent, ${settledBase} settled`)
  }
  const paidBase = await tokenBalance(anvil, usdc, seller.payee)
  const { cash, revenue, receivable } = await books(seller)
  if (cash !== paidBase || revenue !== spent || receivable !== spent - paidBase)
    verdict.unbalanced.push(
      `the payee holds ${paidBase} for ${spent}: the books say cash ${cash}, revenue ${revenue}, receivable ${receivable}`,
    )
}

/** Every nonce that was handed out is in a block. */
async function judgeLanes({ rpc }: Anvil, verdict: MoneyVerdict): Promise<void> {
  const lanes = await db.query<{ address: string; next: bigint }>(
    sql`SELECT address, next_nonce AS next FROM signer WHERE next_nonce IS NOT NULL AND network = 'eip155:84532'`,
  )
  for (const { address, next } of lanes) {
    const count = BigInt(await rpc<Hex>('eth_getTransactionCount', [address, 'latest']))
    if (next !== count) verdict.unbalanced.push(`the lane of ${address} is at ${next}, the chain at ${count}`)
  }
}
