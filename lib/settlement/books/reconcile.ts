import { numberToHex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { Erc20, Escrow, readReceiver, readRpc, servedNetworks, Svm, TransportError } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'
import { bookedUpTo, type PayoutHolder } from './booked-up-to'
import { findFirstBlock } from './find-first-block'
import { keepComparison } from './keep-comparison'

/** Distance to the newest block: settlements up to there are surely booked. */
const behindHead = 2n
const atOnce = 8

/**
 * Compares the books with the chain. For every pay-to address, its balance at one block minus its balance before the
 * first booking must equal what was booked up to that block. A difference in two runs in a row becomes an audit event
 * and an open problem. Networks run in parallel; no address is started after `budgetMs`. Safe to run in any process at
 * any time.
 * @returns the number of addresses compared.
 */
export async function reconcile(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  const holders = await findHolders()
  const networks = [...new Set(holders.map(({ network }) => network))]
  const ownOf = (network: Caip2) => holders.filter((holder) => holder.network === network)
  const counts = await Promise.all(networks.map((network) => compareAll(ctx, network, ownOf(network), untilMs)))
  return counts.reduce((sum, count) => sum + count, 0)
}

type Known = PayoutHolder & { openingBase: bigint | null }

/** In random order, so that an unreadable address does not block the same others each time. */
function findHolders(): Promise<Known[]> {
  return db.query<Known>(sql`
    SELECT held.network, held.asset, held.address, held.first AS first_payment_block, (
      SELECT r.opening_base FROM reconciliation r
      WHERE r.network = held.network AND r.asset = held.asset AND r.address = held.address ORDER BY r.id DESC LIMIT 1) AS opening_base
    FROM (
      SELECT network, asset, address, min(first_block) AS first FROM cash_sum WHERE network = ANY(${servedNetworks()}::text[])
      GROUP BY 1, 2, 3) held
    ORDER BY random()`)
}

async function compareAll(ctx: Ctx, network: Caip2, holders: readonly Known[], untilMs: number): Promise<number> {
  let compared = 0
  let next = 0
  let isReachable = true
  const lane = async () => {
    for (let holder = holders[next++]; holder && isReachable && performance.now() < untilMs; holder = holders[next++]) {
      try {
        await compare(ctx, holder)
        compared += 1
      } catch (error) {
        log().warn({ err: error, network, address: holder.address }, 'could not reconcile yet')
        if (error instanceof TransportError) isReachable = false
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return compared
}

async function compare(ctx: Ctx, holder: Known): Promise<void> {
  const { network, asset, address } = holder
  const { block, chainBase } = await lookAt(network, asset, address)
  const ledgerBase = await bookedUpTo(holder, block)
  const openingBase = holder.openingBase ?? (await findOpening(holder, block, chainBase - ledgerBase))
  if (openingBase === undefined) return
  await keepComparison(ctx, { network, asset, address, block, openingBase, ledgerBase, chainBase })
}

/**
 * The balance before the first booking; undefined while the first booking is in a later block than the one examined.
 */
async function findOpening(holder: Known, block: bigint, byTheBooks: bigint): Promise<bigint | undefined> {
  const firstBlock = await findFirstBlock(holder)
  if (firstBlock === undefined) return byTheBooks
  if (block < firstBlock) return undefined
  // A pruned node cannot give the balance at that block. Trust the books once.
  return balanceAt(holder.network, holder.asset, holder.address, firstBlock - 1n).catch(() => byTheBooks)
}

/** The balance, and the block it was read at. */
async function lookAt(network: Caip2, asset: string, address: string): Promise<{ block: bigint; chainBase: bigint }> {
  if (Caip.isSolana(network)) {
    const { slot, amountBase } = await Svm.readFinalBalance(network, address, asset)
    return { block: slot, chainBase: amountBase }
  }
  const head = BigInt(await readRpc<`0x${string}`>(network, 'eth_blockNumber', []))
  const block = head - behindHead
  return { block, chainBase: await balanceAt(network, asset, address, block) }
}

/**
 * The token balance plus what the channels' escrow holds for the address after claims: both are booked as its money.
 * @throws RpcError if the node has no state of that block. Solana nodes never have an earlier one.
 */
async function balanceAt(network: Caip2, asset: string, address: string, block: bigint): Promise<bigint> {
  const call = { to: asset, data: Erc20.balanceOfData(address) }
  const held = readRpc<`0x${string}`>(network, 'eth_call', [call, numberToHex(block)])
  if (Escrow.kindOn(network) !== 'batch-settlement') return BigInt(await held)
  const receiver = { receiver: address as `0x${string}`, token: asset as `0x${string}` }
  const [balance, { claimedBase, paidOutBase }] = await Promise.all([held, readReceiver(network, receiver, block)])
  return BigInt(balance) + claimedBase - paidOutBase
}
