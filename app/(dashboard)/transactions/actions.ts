'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { Kind, Preview } from '@/components/transaction/transaction-actions'
import { MemberScope } from '@/lib/auth'
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

/** Simulates an action on a transaction against the chain, with its cost. Changes nothing. */
export async function previewTransactionAction(id: string, kind: Kind): Promise<Outcome<Preview>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    const { network } = await findEditable(scope, id)
    const { simulation, ...preview } = await previewAction(scope, id, kind)
    return { ...preview, simulation: simulation ? withUnits(network.network, simulation) : null }
  })
}

/** Runs the action and returns a sentence about it. The page shows the outcome later. */
export async function runTransactionAction(id: string, kind: Kind): Promise<Outcome<string>> {
  return toOutcome(async () => {
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
            : 'A transaction that takes its nonce is being sent. The first of the two to be included counts.'
        }
        case 'retry':
          await retryTransaction(ctx, { id })
          return 'Tried again.'
      }
    }
  })
}

/** @throws AppError not-found if the reader may not see the transaction, not-allowed if it may not change it. */
async function findEditable(scope: MemberScope.MemberScope, id: string): Promise<TransactionView.TransactionDetail> {
  const transaction = Filter.isId(id) ? await getTransaction(scope, id) : undefined
  if (!transaction) throw new AppError('not-found', 'There is no such transaction.')
  MemberScope.assertMay(scope, transaction.merchantId, 'execute')
  return transaction
}
