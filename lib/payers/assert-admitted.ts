import { AppError } from '@/lib/errors'
import { loadPayerRules } from './load-payer-rules'
import { refusalOf } from './Payer'

/**
 * Refuses a wallet that the merchant does not serve. 403 and never a fresh 402, because a conforming client would sign again.
 * The caller does not check what the wallet paid for before: that stays its own.
 * @param wallet canonical address, proved.
 * @throws AppError payer-denied
 */
export async function assertAdmitted(
  { id, merchantId }: { id: string; merchantId: string },
  wallet: string,
): Promise<void> {
  const { wallets, gate } = await loadPayerRules(merchantId)
  const refusal = refusalOf(wallets.get(wallet) ?? 'none', gate, id)
  if (!refusal) return
  const why =
    refusal === 'denied'
      ? `This merchant does not sell to the wallet ${wallet}.`
      : `This is sold only to wallets that the merchant allows, and ${wallet} is none of them.`
  throw new AppError('payer-denied', `${why} You were not charged.`, { extra: { payer: wallet } })
}
