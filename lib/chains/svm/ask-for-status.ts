import type { Caip2 } from '@/lib/money'
import { askAll } from './ask-all'
import { type InContext, type StatusAnswer } from './SvmAnswer'

export function askForStatus(network: Caip2, signature: string): Promise<InContext<StatusAnswer[]>[]> {
  return askAll(network, 'getSignatureStatuses', [[signature], { searchTransactionHistory: true }])
}
