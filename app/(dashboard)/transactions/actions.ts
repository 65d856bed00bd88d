'use server'

import { revalidatePath } from 'next/cache'
import { settle } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { Kind, Preview } from '@/components/transaction/transaction-actions'
import { Scope } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import {
  cancelTransaction,
  getTransaction,
  previewAction,
  retryTransaction,
  speedUpTransaction,
  withUnits,
  type TransactionView,
} from '@/lib/execution'
import { Filter } from '@/lib/paging'

/** What an action on a transaction would do and cost now, tried against the chain. Changes nothing. */
export async function previewTransactionAction(id: string, kind: Kind): Promise<Outcome<Preview>> {
  return settle(async () => {
    const { scope } = await requireActor()
    const { network } = await findEditable(scope, id)
    const { simulation, ...preview } = await previewAction(scope, id, kind)
    return { ...preview, simulation: simulation ? withUnits(network.network, simulation) : null }
  })
}

/** Does it, and says what was done. What it leads to is shown by the page. */
export async function runTransactionAction(id: string, kind: Kind): Promise<Outcome<string>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await findEditable(scope, id)
    const said = await run()
    revalidatePath('/transactions', 'layout')
    return said

    async function run(): Promise<string> {
      switch (kind) {
        case 'speed-up':
          await speedUpTransaction(ctx, { id })
          return 'It is being replaced with higher fees.'
        case 'cancel': {
          const done = await cancelTransaction(ctx, { id, reason: `cancelled by ${scope.address}` })
          return done === 'cancelled'
            ? 'It is cancelled: it never ran and never will.'
            : 'A transaction that takes its nonce is being sent. Whichever of the two is included first counts.'
        }
        case 'retry':
          await retryTransaction(ctx, { id })
          return 'It was tried.'
      }
    }
  })
}

/** @throws AppError not-found for what the reader may not see, not-allowed for what it may not change. */
async function findEditable(scope: Scope.Scope, id: string): Promise<TransactionView.TransactionDetail> {
  const transaction = Filter.isId(id) ? await getTransaction(scope, id) : undefined
  if (!transaction) throw new AppError('not-found', 'There is no such transaction.')
  const { merchantId } = transaction
  if (merchantId === null ? scope.operator : Scope.mayEdit(scope, merchantId)) return transaction
  throw new AppError('not-allowed', 'Your wallet may look at this but not change it. Ask an owner.')
}
