import { sumGas, type GasSum } from '@/lib/settlement'
import { rangeOf } from './journal-rows'
import type { Month } from './Month'

/** What a month's settlements and refunds cost in gas on one network, in its smallest unit and in micro-dollars. */
export type MonthGas = GasSum

/** The merchant's share of the fees that this server paid in a month, by network (`sumGas`). Reads only. */
export async function findGas(merchantId: string, month: Month): Promise<MonthGas[]> {
  const { from, to } = rangeOf(month)
  return sumGas({ operator: false, merchantId }, from, to)
}
