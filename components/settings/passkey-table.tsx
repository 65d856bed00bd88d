import type { PasskeyRow } from '@/lib/auth'
import { actionColumn, column, None, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import type { Outcome } from '../outcome'
import { Time } from '../time'
import { RemovePasskey } from './remove-passkey'

type Props = { passkeys: readonly PasskeyRow[]; remove: (id: string) => Promise<Outcome<null>> }

/** The passkeys of a wallet, newest first. */
export function PasskeyTable({ passkeys, remove }: Props) {
  return (
    <DataTable
      caption="Passkeys"
      rows={passkeys}
      rowKey={({ id }) => id}
      empty={
        <p className="p-4 text-muted-foreground">
          No passkey yet. With one you can sign in on a phone without a wallet.
        </p>
      }
      columns={[
        column<PasskeyRow>('Device', ({ device }) => device || 'Unknown browser'),
        timeColumn<PasskeyRow>('Added', ({ createdAt }) => createdAt, { from: 'sm' }),
        column<PasskeyRow>('Last used', ({ lastUsedAt }) =>
          lastUsedAt ? <Time at={lastUsedAt} /> : <None>Never</None>,
        ),
        actionColumn<PasskeyRow>(({ id, device }) => <RemovePasskey device={device} remove={remove.bind(null, id)} />),
      ]}
    />
  )
}
