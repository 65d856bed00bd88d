import type { ComponentProps } from 'react'
import { Address } from '../address'
import { actionColumn, column } from '../columns'
import { DataTable } from '../data-table'
import type { Outcome } from '../outcome'
import { Section } from '../panel'
import { Badge } from '../ui/badge'
import { LinkWallet } from './link-wallet'
import { UnlinkWallet } from './unlink-wallet'

type Props = ComponentProps<typeof LinkWallet> & {
  /** The one that is signed in first. */
  wallets: readonly string[]
  unlink: (wallet: string) => Promise<Outcome<null>>
}

/** The linked wallets of a person. */
export function WalletTable({ wallets, unlink, ...link }: Props) {
  const isAlone = wallets.length === 1
  return (
    <Section
      title="Wallets"
      description="This page adds up all wallets that you link. Sellers do not see the links, and a link gives no access to a shop."
      actions={<LinkWallet {...link} />}
    >
      <DataTable<string>
        caption="Linked wallets"
        rows={wallets}
        rowKey={(wallet) => wallet}
        empty={null}
        columns={[
          column('Wallet', (wallet) => <Address value={wallet} label="wallet address" />),
          column('', (wallet) => wallet === wallets[0] && <Badge tone="outline">Signed in</Badge>),
          actionColumn(
            (wallet) =>
              !isAlone && (
                <UnlinkWallet wallet={wallet} isOwn={wallet === wallets[0]} unlink={unlink.bind(null, wallet)} />
              ),
          ),
        ]}
      />
    </Section>
  )
}
