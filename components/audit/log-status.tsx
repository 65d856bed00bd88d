import Link from 'next/link'
import type { LogStatus as Status } from '@/lib/audit'
import { Facts } from '../facts'
import { Time } from '../time'

/** The state of the Merkle log: its size, the signed checkpoint, and the checkpoint on chain. */
export function LogStatus({ status, networkName }: { status: Status; networkName: string | null }) {
  const { size, waiting, checkpoint, anchor, key } = status
  return (
    <Facts
      className="px-4 py-1"
      facts={[
        {
          label: 'In the log',
          value: `${count(size)} ${size === '1' ? 'leaf' : 'leaves'}${waiting > 0 ? `, ${count(waiting)} waiting` : ''}`,
        },
        {
          label: 'Last checkpoint',
          value: checkpoint ? (
            <span className="inline-flex flex-wrap justify-end gap-x-2">
              <a
                href="/api/v1/audit/checkpoint"
                download="sluice-checkpoint.txt"
                className="rounded-sm text-brand hover:underline"
              >
                {count(checkpoint.size)} leaves signed
              </a>
              <Time at={checkpoint.at} />
            </span>
          ) : (
            'none yet'
          ),
        },
        {
          label: 'Last anchor',
          value: anchor ? (
            <span className="inline-flex flex-wrap justify-end gap-x-2">
              <Link href={`/transactions/${anchor.transactionId}`} className="rounded-sm text-brand hover:underline">
                {count(anchor.size)} leaves on {networkName ?? anchor.network}
              </Link>
              <Time at={anchor.at} />
            </span>
          ) : (
            'none yet: one is anchored each day'
          ),
        },
        { label: 'Public key', value: <span className="font-mono text-xs break-all">{key}</span> },
      ]}
    />
  )
}

function count(value: string | number): string {
  return Number(value).toLocaleString('en')
}
