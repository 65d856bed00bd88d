import { Account, type LedgerEntry } from '@/lib/ledger'
import { type ChannelStateRow } from './channel-state-rows'

type Paid = Pick<ChannelStateRow, 'id' | 'merchantId' | 'payee' | 'network' | 'asset' | 'settledBase'>

/** The ledger entry for a channel's payout that changed to `settledBase`: it grew, or it shrank because its block is gone. */
export function settledEntry(row: Paid, settledBase: bigint): LedgerEntry[] {
  const paidBase = settledBase - row.settledBase
  if (paidBase === 0n) return []
  const { id: channelId, network, asset } = row
  const [cash, receivable] = [Account.cash(row.payee), Account.receivable(row.merchantId)]
  const about = { kind: 'direct' as const, network, asset, channelId }
  return paidBase > 0n
    ? [{ ...about, reason: 'settle', debit: cash, credit: receivable, amountBase: paidBase }]
    : [{ ...about, reason: 'reorged', debit: receivable, credit: cash, amountBase: -paidBase }]
}
