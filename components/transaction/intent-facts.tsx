import type { TransactionView } from '@/lib/execution'
import { Address } from '../address'
import { addressUrl } from '../explorer'
import { Facts } from '../facts'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { Time } from '../time'

/** What a transaction is to do. */
export function IntentFacts({ transaction }: { transaction: TransactionView.Detail }) {
  const { network } = transaction
  return (
    <Facts
      facts={[
        {
          label: 'Kind',
          value: transaction.kind === 'raw' ? 'broadcast what the payer signed' : 'call that we sign',
        },
        transaction.to !== null && {
          label: 'Calls',
          value: <Address value={transaction.to} label="called address" {...addressUrl(network, transaction.to)} />,
        },
        transaction.selector !== null && {
          label: 'Data',
          value: (
            <span>
              <code className="font-mono text-xs">{transaction.selector}</code>, {transaction.dataBytes} bytes
            </span>
          ),
        },
        transaction.kind !== 'raw' && {
          label: 'Value',
          value: <Gas wei={transaction.valueWei} symbol={network.gasSymbol} />,
        },
        transaction.gasLimit !== null && {
          label: 'Gas limit',
          value: Number(transaction.gasLimit).toLocaleString('en'),
        },
        transaction.expiresAt !== null && {
          label: 'Expires',
          value: <Time at={transaction.expiresAt} format="absolute" />,
        },
        { label: 'Transaction id', value: <Hash value={transaction.id} label="transaction id" /> },
      ]}
    />
  )
}
