import type { Budget } from '@/lib/payers'
import { Amount } from '../amount'
import { column, None, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { Empty } from '../empty'
import { DocsLink } from '../docs-link'
import type { Outcome } from '../outcome'
import { Section } from '../panel'
import { BudgetDialog, RemoveBudget } from './budget-dialog'

type Props = {
  budgets: readonly Budget.BudgetView[]
  /** The wallets that are shown; the first one gets a new budget unless another is chosen. */
  wallets: readonly string[]
  resources: readonly { value: string; label: string }[]
  set: (input: Budget.BudgetInput) => Promise<Outcome<null>>
  remove: (id: string) => Promise<Outcome<null>>
}

/** The budgets of a person's wallets, with what today used. */
export function BudgetTable({ budgets, wallets, resources, set, remove }: Props) {
  return (
    <Section
      title="Budgets"
      description="The most that a wallet may spend here. Every seller of this installation enforces it before a payment."
      actions={<BudgetDialog set={set} wallets={wallets} resources={resources} />}
    >
      <DataTable<Budget.BudgetView>
        caption="Budgets"
        rows={budgets}
        rowKey={(row) => row.id}
        empty={
          <Empty title="No budget">
            An agent with this key may spend all that the wallet holds.{' '}
            <DocsLink page="budgets">How budgets work</DocsLink>
          </Empty>
        }
        columns={[
          column('For', ({ resource }) =>
            resource ? (
              <>
                <span className="block max-w-52 truncate">{resource.seller}</span>
                <span title={resource.name} className="block max-w-52 truncate font-mono text-xs text-muted-foreground">
                  {resource.method} {resource.path}
                </span>
              </>
            ) : (
              'Everything sold here'
            ),
          ),
          ...(wallets.length > 1 ? [walletColumn<Budget.BudgetView>('Wallet', (row) => row.wallet)] : []),
          column('Today', (row) => <Today budget={row} />),
          column('One call', { from: 'sm' }, ({ perCallMicros }) =>
            perCallMicros === null ? (
              <None />
            ) : (
              <>
                at most <Amount base={perCallMicros} />
              </>
            ),
          ),
          column('', (row) => (
            <span className="flex justify-end">
              <BudgetDialog set={set} wallets={wallets} resources={resources} budget={row} />
              <RemoveBudget budget={row} remove={remove} />
            </span>
          )),
        ]}
      />
    </Section>
  )
}

function Today({ budget: { perDayMicros, usedMicros } }: { budget: Budget.BudgetView }) {
  if (perDayMicros === null) return <None />
  const [used, cap] = [BigInt(usedMicros), BigInt(perDayMicros)]
  const percent = cap === 0n ? 100 : Number((used * 100n) / cap)
  return (
    <span className="block max-w-48">
      <Amount base={usedMicros} /> of <Amount base={perDayMicros} />
      <span
        role="progressbar"
        aria-label="Used today"
        aria-valuenow={Math.min(percent, 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="mt-1 block h-1 overflow-hidden rounded-full bg-muted"
      >
        <span
          className={
            percent >= 100
              ? 'block h-full bg-destructive'
              : percent >= 80
                ? 'block h-full bg-warning'
                : 'block h-full bg-brand'
          }
          style={{ width: `${Math.min(percent, 100)}%` }}
        />
      </span>
    </span>
  )
}
