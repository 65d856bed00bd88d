import type { NetworkLabel, TokenLabel } from '@/lib/chains'

/** Where money is, for each pay-to address and token: plain data. Amounts are decimal strings of base units; times are ISO 8601. */
export type Balance = {
  network: NetworkLabel
  token: TokenLabel
  address: string
  /** The last comparison with the chain; null if there was none. */
  chain: ChainBalance | null
  mark: BalanceMark
  /** Payments that were handed to settlement and whose outcome is not known. */
  onTheWay: Part
  /** Deposits of open channels that are not paid out, and the part of them that was spent: vouchers not yet claimed. */
  escrow: Part & { spentBase: string }
  /** Claims by remote facilitators that are not paid out yet. */
  owed: { count: number; since: string | null }
  /** Refunds of payments to this address that are owed and not on chain. */
  dueBack: Part
}

type Part = { base: string; count: number }

export type ChainBalance = {
  /** What the address held at this block, in full. */
  base: string
  /** Of it, by the books. */
  bookedBase: string
  /** Of it, from before the first sale. */
  openingBase: string
  differenceBase: string
  blockNumber: string
  at: string
}

/**
 * `equal`: books and chain agree. `explained`: they differ by no more than what is on its way. `differs`: something else moved the
 * address's money. `not-compared`: no comparison yet.
 */
export type BalanceMark = 'equal' | 'explained' | 'differs' | 'not-compared'

/** What the comparison of an address is worth, given what is on its way to it and from it. */
export function markOf(differenceBase: bigint | undefined, onTheWayBase: bigint, leavingBase: bigint): BalanceMark {
  if (differenceBase === undefined) return 'not-compared'
  if (differenceBase === 0n) return 'equal'
  return differenceBase > 0n ? within(differenceBase, onTheWayBase) : within(-differenceBase, leavingBase)
}

function within(base: bigint, most: bigint): BalanceMark {
  return base <= most ? 'explained' : 'differs'
}
