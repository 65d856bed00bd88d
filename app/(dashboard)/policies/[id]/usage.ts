import type { SubjectUse } from '@/components/policy/usage-bars'
import { labelNetwork } from '@/lib/chains'
import type { ExecutionPolicy, PolicyUsageRow } from '@/lib/policies'

/** Today's counters and caps: the total on each network, then each key and agent with activity. */
export function describeUsage(
  { contracts, perDay }: ExecutionPolicy.PolicyRules,
  rows: readonly PolicyUsageRow[],
  keyNames: ReadonlyMap<string, string>,
): SubjectUse[] {
  const networks = [...new Set(contracts.map(({ network }) => network as string))]
  const untouched = networks
    .filter((network) => !rows.some((row) => row.network === network && row.subject === 'policy'))
    .map((network): PolicyUsageRow => ({ subject: 'policy', network, valueWei: '0', feeWei: '0', transactions: 0 }))
  return [...rows, ...untouched].map(({ subject, network, valueWei, feeWei, transactions }) => {
    const [kind = '', id = ''] = subject.split(':')
    const caps = (kind === 'key' ? perDay.key : kind === 'agent' ? perDay.agent : null) ?? perDay.policy
    const { name, gasSymbol: symbol } = labelNetwork(network)
    return {
      key: `${subject} ${network}`,
      title: titleOf(kind, id, keyNames),
      network: name,
      uses: [
        { label: 'Value sent', used: valueWei, cap: caps.valueWei.toString(), symbol },
        { label: 'Fees', used: feeWei, cap: caps.feeWei.toString(), symbol },
        { label: 'Transactions', used: String(transactions), cap: String(caps.transactions) },
      ],
    }
  })
}

function titleOf(kind: string, id: string, keyNames: ReadonlyMap<string, string>): string {
  if (kind === 'key') return `API key “${keyNames.get(id) ?? id.slice(0, 8)}”`
  if (kind === 'agent') return `Agent ${id.slice(0, 6)}…${id.slice(-4)}`
  return 'All together'
}
