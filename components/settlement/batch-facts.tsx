import type { BatchView } from '@/lib/settlement'
import { Facts } from '../facts'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Time } from '../time'

const forms = {
  aggregate: 'several payments in one transaction (Multicall3)',
  single: 'one payment, straight to the token',
  raw: 'one transaction that the payer signed',
}

/** What a batch carried and cost. */
export function BatchFacts({ batch }: { batch: BatchView.Row }) {
  const { network } = batch
  return (
    <Facts
      facts={[
        { label: 'Form', value: forms[batch.form] },
        { label: 'Payments', value: batch.size },
        { label: 'Settled', value: batch.status === 'submitted' ? 'not known yet' : batch.settledCount },
        batch.error !== null && { label: 'Error', value: batch.error },
        { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
        { label: 'Token', value: batch.token.symbol },
        batch.paidByPayer
          ? { label: 'Gas', value: 'paid by the payer' }
          : batch.feeWei !== null && {
              label: 'Gas paid',
              value: <Gas wei={batch.feeWei} symbol={network.gasSymbol} />,
            },
        !batch.paidByPayer &&
          batch.feePerPaymentWei !== null && {
            label: 'Gas per payment',
            value: <Gas wei={batch.feePerPaymentWei} symbol={network.gasSymbol} />,
          },
        { label: 'Submitted', value: <Time at={batch.createdAt} format="absolute" /> },
        batch.appliedAt !== null && { label: 'Booked', value: <Time at={batch.appliedAt} format="absolute" /> },
        { label: 'Batch id', value: <Hash value={batch.id} label="batch id" /> },
      ]}
    />
  )
}
