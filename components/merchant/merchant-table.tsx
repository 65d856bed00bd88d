import { Search } from 'lucide-react'
import type { ReactNode } from 'react'
import type { MerchantRow } from '@/lib/merchants'
import { actionColumn, column, countColumn, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { ActionSwitch } from '../form/action-button'
import { roleNames } from '../member/role-names'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Input } from '../ui/input'
import { OpenMerchant } from './open-merchant'

type Props = {
  merchants: readonly MerchantRow[]
  /** What the list was searched for. */
  text: string
  /** Id of the merchant that is open. */
  current: string
  open: (id: string) => Promise<Outcome<null>>
  setServerWallets: (id: string, isAllowed: boolean) => Promise<Outcome<null>>
  empty: ReactNode
}

/** Merchants by name, with a button that opens the dashboard of each. */
export function MerchantTable({ merchants, text, current, open, setServerWallets, empty }: Props) {
  return (
    <>
      <form action="/merchants" role="search" className="mb-3 flex max-w-sm gap-2">
        <Input name="q" aria-label="Search merchants" placeholder="Name or address" defaultValue={text} />
        <Button type="submit" variant="outline" aria-label="Search">
          <Search aria-hidden />
        </Button>
      </form>
      <DataTable
        caption="Merchants"
        rows={merchants}
        rowKey={({ id }) => id}
        empty={empty}
        columns={[
          column<MerchantRow>('Shop', ({ id, name, slug }) => (
            <div className="min-w-0">
              <p className="flex items-center gap-2 truncate font-medium">
                {name} {id === current && <Badge tone="outline">Open</Badge>}
              </p>
              <p className="font-mono text-xs text-muted-foreground">/{slug}</p>
            </div>
          )),
          column<MerchantRow>('Your role', { from: 'sm' }, ({ role }) => (role ? roleNames[role] : 'Operator')),
          countColumn<MerchantRow>('Resources', ({ resources }) => resources, { from: 'sm' }),
          countColumn<MerchantRow>('Members', ({ members }) => members, { from: 'sm' }),
          column<MerchantRow>('Server wallets pay', { from: 'sm' }, ({ id, name, serverWallets }) => (
            <ActionSwitch
              label={`Server wallets pay for ${name}`}
              enabled={serverWallets}
              setStatus={setServerWallets.bind(null, id)}
            />
          )),
          timeColumn<MerchantRow>('Since', ({ createdAt }) => createdAt, { from: 'md' }),
          actionColumn<MerchantRow>(
            ({ id, name }) => id !== current && <OpenMerchant name={name} open={open.bind(null, id)} />,
          ),
        ]}
      />
    </>
  )
}
