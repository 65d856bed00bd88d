import { CircleAlert, CircleCheck, CircleDashed, Hourglass, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { BalanceView } from '@/lib/settlement'
import { Rail } from '@/lib/money'
import { Address } from '../address'
import { Amount } from '../amount'
import { Empty } from '../empty'
import { addressUrl } from '../explorer'
import { NetworkName } from '../network-name'
import { Time } from '../time'
import { Badge, type Tone } from '../ui/badge'
import { Card } from '../ui/card'

const marks: Record<BalanceView.BalanceMark, { word: string; title: string; icon: LucideIcon; tone: Tone }> = {
  equal: { word: 'Equal', title: 'Books and chain agree.', icon: CircleCheck, tone: 'success' },
  explained: {
    word: 'Being explained',
    title: 'Books and chain differ by no more than what is on its way. The next comparisons settle it.',
    icon: Hourglass,
    tone: 'warning',
  },
  differs: {
    word: 'Differs',
    title: 'Something that Sluice does not know moved money of this address.',
    icon: CircleAlert,
    tone: 'danger',
  },
  'not-compared': {
    word: 'Not compared',
    title: 'The chain was not asked about this address yet.',
    icon: CircleDashed,
    tone: 'neutral',
  },
}

/** Where the money is, an entry for each address and token. Every figure opens the list that it sums. */
export function BalanceList({ balances }: { balances: readonly BalanceView.Balance[] }) {
  if (balances.length === 0)
    return (
      <Card>
        <Empty title="No balances yet" className="py-8">
          After the first sale, each address that you are paid at stands here, with what is on its way to it.
        </Empty>
      </Card>
    )
  return (
    <ul className="flex flex-col gap-3">
      {balances.map((balance) => (
        <li key={`${balance.network.network}|${balance.token.address}|${balance.address}`}>
          <BalanceCard balance={balance} />
        </li>
      ))}
    </ul>
  )
}

function BalanceCard({ balance }: { balance: BalanceView.Balance }) {
  const { network, token, address, mark } = balance
  const look = marks[mark]
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b px-4 py-2.5">
        <h2 className="flex flex-wrap items-center gap-x-2 text-sm font-semibold">
          {token.symbol} on <NetworkName network={network.network} name={network.name} />
        </h2>
        <Address value={address} label="pay-to address" {...addressUrl(network, address)} />
        <span title={mark === 'differs' && isRail(network) ? otherBusiness : look.title} className="ml-auto">
          <Badge tone={look.tone}>
            <look.icon aria-hidden /> {look.word}
          </Badge>
        </span>
      </div>
      <Figures balance={balance} />
    </Card>
  )
}

function Figures({ balance }: { balance: BalanceView.Balance }) {
  const { network, token, address, chain, onTheWay, escrow, owed, dueBack } = balance
  const of = new URLSearchParams({ network: network.network, token: token.address.toLowerCase() })
  const paid = `/payments?payTo=${address}&${of}`
  const money = (base: string) => <Amount base={base} decimals={token.decimals} />
  return (
    <dl className="grid grid-cols-2 sm:grid-cols-3 xl:grid-cols-6">
      <Figure
        label={isRail(network) ? 'At the provider' : 'On the address'}
        value={chain ? money(chain.base) : '–'}
        more={
          chain && (
            <>
              {isRail(network) ? '' : `Block ${Number(chain.blockNumber).toLocaleString('en')}, `}
              <Time at={chain.at} />
            </>
          )
        }
      />
      <Figure
        label="By the books"
        value={chain ? money(chain.bookedBase) : '–'}
        href={`${paid}&settlement=settled`}
        more={chain && <Booked chain={chain} money={money} />}
      />
      <Figure
        label="On the way"
        value={money(onTheWay.base)}
        href={`${paid}&settlement=pending&status=authorized,delivered,partly_refunded,refund_due,refunded`}
        more={countWords(onTheWay.count, 'payment')}
      />
      <Figure
        label="In escrow"
        value={money(escrow.base)}
        href={`/channels?status=open,close_requested&payee=${address}&${of}`}
        more={escrow.count > 0 && <>{money(escrow.spentBase)} spent, not claimed</>}
      />
      <Figure
        label="Owed by facilitators"
        value={owed.count === 0 ? 'Nothing' : countWords(owed.count, 'payout')}
        href="/facilitators"
        more={
          owed.since !== null && (
            <>
              Since <Time at={owed.since} />
            </>
          )
        }
      />
      <Figure
        label="Due back"
        value={money(dueBack.base)}
        href={`/refunds?status=due,sent&payTo=${address}&${of}`}
        more={countWords(dueBack.count, 'refund')}
      />
    </dl>
  )
}

/** A network without blocks, where another party holds the money. */
const isRail = ({ network }: { network: string }) => Rail.kindOf(network) !== undefined

const otherBusiness =
  'The account at the provider moved money that Sluice does not know: charges, refunds or transfers outside of Sluice, or a webhook that did not arrive.'

function Booked({ chain, money }: { chain: BalanceView.ChainBalance; money: (base: string) => ReactNode }) {
  if (chain.differenceBase !== '0')
    return <span className="text-destructive">Differs by {money(chain.differenceBase)}</span>
  return chain.openingBase === '0' ? null : <>and {money(chain.openingBase)} from before</>
}

function countWords(count: number, noun: string): string {
  if (count === 0) return `No ${noun}s`
  return count === 1 ? `1 ${noun}` : `${count.toLocaleString('en')} ${noun}s`
}

type FigureProps = { label: string; value: ReactNode; more?: ReactNode; href?: string }

function Figure({ label, value, more, href }: FigureProps) {
  return (
    <div className="relative flex min-w-0 flex-col gap-0.5 px-4 py-3">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="text-base font-semibold wrap-anywhere tabular-nums">
        {href === undefined ? (
          value
        ) : (
          <Link href={href} className="rounded-sm after:absolute after:inset-0 hover:underline">
            {value}
          </Link>
        )}
      </dd>
      {more && <dd className="text-xs text-muted-foreground tabular-nums">{more}</dd>}
    </div>
  )
}
