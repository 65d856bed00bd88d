import type { TransactionView } from '@/lib/execution'
import { Address } from '../address'
import { addressUrl, transactionUrl } from '../explorer'
import { Facts } from '../facts'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'

const number = (text: string) => Number(text).toLocaleString('en')

/** A transaction at a glance: signer and nonce, the call, the block and the cost. */
export function TransactionFacts({ transaction }: { transaction: TransactionView.TransactionDetail }) {
  const { network } = transaction
  return (
    <Facts
      facts={[
        { label: 'State', value: <Status kind="transaction" value={transaction.status} /> },
        { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
        {
          label: transaction.kind === 'raw' ? 'Signed by the payer' : 'Signer',
          value: (
            <Address value={transaction.signer} label="signer address" {...addressUrl(network, transaction.signer)} />
          ),
        },
        { label: 'Nonce', value: transaction.nonce ?? (transaction.kind === 'raw' ? 'the payer’s own' : '–') },
        transaction.hash !== null && {
          label: 'Hash',
          value: (
            <Hash value={transaction.hash} label="transaction hash" {...transactionUrl(network, transaction.hash)} />
          ),
        },
        { label: 'Block', value: transaction.blockNumber ? number(transaction.blockNumber) : '–' },
        transaction.feeWei !== null && {
          label: transaction.kind === 'raw' ? 'Fee, paid by the payer' : 'Fee paid',
          value: <Gas wei={transaction.feeWei} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
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
        transaction.valueWei !== '0' && {
          label: 'Value',
          value: <Gas wei={transaction.valueWei} symbol={network.gasSymbol} inCoins />,
        },
        transaction.logs !== null && { label: 'Logs', value: number(String(transaction.logs)) },
        transaction.expiresAt !== null && {
          label: 'Expires',
          value: <Time at={transaction.expiresAt} format="absolute" />,
        },
        { label: 'Transaction id', value: <Hash value={transaction.id} label="transaction id" /> },
      ]}
    />
  )
}
