import type { TransactionView } from '@/lib/execution'
import { Address } from '../address'
import { addressUrl, transactionUrl } from '../explorer'
import { Facts } from '../facts'
import { Gas, Gwei } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'

const number = (text: string) => Number(text).toLocaleString('en')
const when = (at: string | null) => (at ? <Time at={at} format="absolute" /> : '–')

/** What is known of a transaction, from its slot in the lane to what it cost. */
export function TransactionFacts({ transaction }: { transaction: TransactionView.Detail }) {
  const { network } = transaction
  return (
    <Facts
      facts={[
        { label: 'State', value: <Status kind="transaction" value={transaction.status} /> },
        transaction.heldReason !== null && { label: 'Held because', value: transaction.heldReason },
        transaction.error !== null && { label: 'Error', value: transaction.error },
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
        transaction.gasUsed !== null && {
          label: 'Gas used',
          value: (
            <span className="tabular-nums">
              {number(transaction.gasUsed)}
              {usedShare(transaction)}
            </span>
          ),
        },
        transaction.gasPriceWei !== null && { label: 'Gas price', value: <Gwei wei={transaction.gasPriceWei} /> },
        transaction.feeWei !== null && {
          label: transaction.kind === 'raw' ? 'Fee, paid by the payer' : 'Fee paid',
          value: <Gas wei={transaction.feeWei} symbol={network.gasSymbol} />,
        },
        { label: 'Queued', value: when(transaction.createdAt) },
        { label: 'Broadcast', value: when(transaction.submittedAt) },
        { label: 'Included', value: when(transaction.includedAt) },
        { label: 'Safe', value: when(transaction.safeAt) },
        { label: 'Final', value: when(transaction.finalAt) },
      ]}
    />
  )
}

function usedShare({ gasUsed, gasLimit, attemptList }: TransactionView.Detail): string {
  const limit = gasLimit ?? attemptList.at(-1)?.gas
  if (!gasUsed || !limit || limit === '0') return ''
  return ` of ${number(limit)} (${Math.round((Number(gasUsed) / Number(limit)) * 100)} %)`
}
