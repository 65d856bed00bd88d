/** A merchant's journal: the ledger entries that moved something, in order of time. Amounts are base units. */

export type JournalEntry = {
  id: bigint
  at: Date
  reason: string
  /** Accounts of lib/ledger: the class, a colon, and a merchant or an address. */
  debit: string
  credit: string
  network: string
  asset: string
  amountBase: bigint
  paymentId: string | null
  channelId: string | null
  payer: string | null
  resourceId: string | null
  /** The closed month that it corrects: a refund or a reorganisation of what was booked there. */
  corrects: string | null
}

/** What happened to one account in one token. A debit adds. */
export type AccountBalance = {
  account: string
  network: string
  asset: string
  openingBase: bigint
  debitBase: bigint
  creditBase: bigint
}

export type BalanceKey = Pick<AccountBalance, 'account' | 'network' | 'asset'>

const keyOf = ({ account, network, asset }: BalanceKey) => `${network}|${asset}|${account}`

export function closingOf({ openingBase, debitBase, creditBase }: AccountBalance): bigint {
  return openingBase + debitBase - creditBase
}

/** Adds up entries account by account. Holds one row per account and token, however many entries there are. */
export class BalanceSheet {
  readonly #balances = new Map<string, AccountBalance>()

  constructor(opening: readonly (BalanceKey & { base: bigint })[] = []) {
    for (const { base, ...key } of opening) this.#of(key).openingBase += base
  }

  add(entry: Pick<JournalEntry, 'debit' | 'credit' | 'network' | 'asset' | 'amountBase'>): void {
    const { debit, credit, network, asset, amountBase } = entry
    this.#of({ account: debit, network, asset }).debitBase += amountBase
    this.#of({ account: credit, network, asset }).creditBase += amountBase
  }

  /** In a fixed order. */
  balances(): AccountBalance[] {
    return [...this.#balances].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, balance]) => balance)
  }

  #of({ account, network, asset }: BalanceKey): AccountBalance {
    const key = keyOf({ account, network, asset })
    const known = this.#balances.get(key)
    if (known) return known
    const fresh = { account, network, asset, openingBase: 0n, debitBase: 0n, creditBase: 0n }
    this.#balances.set(key, fresh)
    return fresh
  }
}

/** "revenue" of "revenue:{merchant}". */
export function classOf(account: string): string {
  return account.slice(0, account.indexOf(':'))
}

/** The address of "cash:{address}"; null if the account names the merchant. */
export function addressOf(account: string): string | null {
  const owner = account.slice(account.indexOf(':') + 1)
  return owner[8] === '-' ? null : owner
}

/** What an entry says, in words. */
export const reasons: Record<string, string> = {
  earn: 'Sale',
  settle: 'Payment received',
  refund_owed: 'Refund due',
  refund_paid: 'Refund paid',
  refund_cancelled: 'Refund cancelled',
  reorged: 'Reversal: the block left the chain',
  given_back: 'Sale taken back',
  fee: 'Fee of the payment provider',
  refund_returned: 'Refund came back',
  dispute_withdrawn: 'Disputed: the bank took the money',
  dispute_reinstated: 'Dispute won: the money came back',
  dispute_fee: 'Fee of a dispute',
  dispute_fee_returned: 'Fee of a dispute came back',
  dispute_lost: 'Dispute lost',
  dispute_reopened: 'Lost dispute opened again',
  payout: 'Payout to the bank',
  payout_returned: 'Payout came back',
}

/** The sentence of an entry: no name, no note, nothing that can change later. */
export function textOf({ reason, paymentId, channelId, corrects }: JournalEntry): string {
  const subject = paymentId ? ` payment ${paymentId}` : channelId ? ` channel ${channelId}` : ''
  const correction = corrects ? `Correction of ${corrects}: ` : ''
  return `${correction}${reasons[reason] ?? reason}${subject}`
}
