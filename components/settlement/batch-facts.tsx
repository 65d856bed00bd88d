import type { BatchView } from '@/lib/settlement'
import { Facts } from '../facts'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Time } from '../time'

const forms = {
  aggregate: 'several payments in one transaction',
  single: 'one payment, straight to the token',
  raw: 'one transaction that the payer signed',
  svm: 'one transaction that the payer and our fee payer signed',
  channels: 'the vouchers of channels in one transaction',
}

/** The payments of a batch and its cost. */
export function BatchFacts({ batch }: { batch: BatchView.BatchListRow }) {
  const { network } = batch
  return (
    <Facts
      facts={[
        { label: 'Form', value: forms[batch.form] },
        { label: batch.form === 'channels' ? 'Channels' : 'Payments', value: batch.size },
        { label: 'Settled', value: batch.status === 'submitted' ? 'not known yet' : batch.settledCount },
        batch.form === 'channels' && {
          label: 'Payments covered',
          value: `${batch.payments.toLocaleString('en')} vouchers`,
        },
        batch.units !== null && { label: 'Units delivered', value: Number(batch.units).toLocaleString('en') },
        batch.error !== null && { label: 'Error', value: batch.error },
        batch.waitsFor !== null && { label: 'Waits because', value: batch.waitsFor },
        { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
        { label: 'Token', value: batch.token.symbol },
        batch.paidByPayer
          ? { label: 'Gas', value: 'paid by the payer' }
          : batch.feeWei !== null && {
              label: 'Gas paid',
              value: <Gas wei={batch.feeWei} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
            },
        !batch.paidByPayer &&
          batch.feePerPaymentWei !== null && {
            label: 'Gas per payment',
            value: <Gas wei={batch.feePerPaymentWei} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
          },
        batch.gasUsed !== null && { label: 'Gas used', value: Number(batch.gasUsed).toLocaleString('en') },
        batch.savedWei !== null &&
          batch.feeSeparateWei !== null &&
          batch.feeWei !== null && {
            label: 'One transaction a payment',
            value: (
              <>
                <Gas wei={batch.feeSeparateWei} symbol={network.gasSymbol} decimals={network.gasDecimals} />
                <span className="ml-1.5 text-xs text-success">{times(batch.feeSeparateWei, batch.feeWei)}</span>
              </>
            ),
          },
        batch.savedWei !== null && {
          label: 'Saved by batching',
          value: (
            <span className="text-success">
              <Gas wei={batch.savedWei} symbol={network.gasSymbol} decimals={network.gasDecimals} />
            </span>
          ),
        },
        { label: 'Submitted', value: <Time at={batch.createdAt} format="absolute" /> },
        batch.appliedAt !== null && { label: 'Booked', value: <Time at={batch.appliedAt} format="absolute" /> },
        { label: 'Batch id', value: <Hash value={batch.id} label="batch id" /> },
      ]}
    />
  )
}

/** A ratio with one decimal, for reading only. */
function times(more: string, less: string): string {
  if (less === '0') return ''
  return `${(Number((BigInt(more) * 10n) / BigInt(less)) / 10).toLocaleString('en')} × as much`
}
