import { type AccountBalance, classOf } from './Journal'

/** What a merchant sold in a month, in one token; base units. Each figure is the sum of the journal's entries that its link shows. */
export type MonthFigures = {
  network: string
  asset: string
  /** Credits of the revenue account: sales, and refunds that were cancelled. */
  grossBase: bigint
  /** Debits of the revenue account: refunds, and sales that were taken back. */
  refundsBase: bigint
  /** What arrived at the pay-to addresses, or at the accounts of payment providers, minus what left them. */
  receivedBase: bigint
}

/** Added up from the balances of the accounts, token by token. */
export function from(balances: readonly AccountBalance[]): MonthFigures[] {
  const figures = new Map<string, MonthFigures>()
  for (const { account, network, asset, debitBase, creditBase } of balances) {
    const key = `${network}|${asset}`
    const known = figures.get(key) ?? { network, asset, grossBase: 0n, refundsBase: 0n, receivedBase: 0n }
    figures.set(key, known)
    if (classOf(account) === 'revenue') {
      known.grossBase += creditBase
      known.refundsBase += debitBase
    }
    if (classOf(account) === 'cash' || classOf(account) === 'clearing') known.receivedBase += debitBase - creditBase
  }
  return [...figures.values()].filter(
    ({ grossBase, refundsBase, receivedBase }) => grossBase !== 0n || refundsBase !== 0n || receivedBase !== 0n,
  )
}

export function netOf({ grossBase, refundsBase }: Pick<MonthFigures, 'grossBase' | 'refundsBase'>): bigint {
  return grossBase - refundsBase
}
