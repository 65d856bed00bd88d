'use client'

import { Pencil, Plus, Trash2 } from 'lucide-react'
import type { Budget } from '@/lib/payers'
import { Amount } from '@/lib/money'
import { ConfirmDialog } from '../form/confirm-dialog'
import { SelectField, TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type SetBudget = (input: Budget.BudgetInput) => Promise<Outcome<null>>

type Props = {
  set: SetBudget
  /** Whose budget it can be. */
  wallets: readonly string[]
  /** What a budget can be for: resources that these wallets bought. */
  resources: readonly { value: string; label: string }[]
  /** The budget to change; absent: a new one. */
  budget?: Budget.BudgetView
}

const everything = 'all'

/** Sets the limits of a wallet, for everything or for one resource. */
export function BudgetDialog({ set, wallets, resources, budget }: Props) {
  return (
    <FormDialog
      trigger={
        budget ? (
          <Button variant="ghost" size="icon" aria-label={`Change the budget for ${nameOf(budget)}`}>
            <Pencil aria-hidden />
          </Button>
        ) : (
          <Button variant="outline" size="sm">
            <Plus aria-hidden /> Set a budget
          </Button>
        )
      }
      title={budget ? 'Change the budget' : 'Set a budget'}
      description="This server refuses what is above it, before anything is paid. It holds for payments and for vouchers of sessions, from the next request on."
      submitLabel="Save"
      done="The budget is set."
      send={({ text }) =>
        set({
          // Without a field for it, the budget is of the only wallet that is shown.
          wallet: budget?.wallet ?? (text('wallet') || (wallets[0] ?? '')),
          resourceId: budget
            ? (budget.resource?.id ?? '')
            : text('resourceId') === everything
              ? ''
              : text('resourceId'),
          perCall: text('perCall'),
          perDay: text('perDay'),
        })
      }
    >
      {!budget && wallets.length > 1 && (
        <SelectField
          name="wallet"
          label="Wallet"
          options={wallets.map((value) => ({ value, label: `${value.slice(0, 10)}…${value.slice(-6)}` }))}
          defaultValue={wallets[0] ?? ''}
        />
      )}
      {!budget && (
        <SelectField
          name="resourceId"
          label="For"
          options={[{ value: everything, label: 'Everything sold here' }, ...resources]}
          defaultValue={everything}
        />
      )}
      <TextField
        name="perDay"
        label="Most in a day"
        hint="Starts anew at midnight UTC. Failed purchases do not count."
        kind="dollars"
        placeholder="5"
        defaultValue={dollars(budget?.perDayMicros)}
      />
      <TextField
        name="perCall"
        label="Most for one call"
        hint="Leave a field empty for no such limit."
        kind="dollars"
        placeholder="0.10"
        defaultValue={dollars(budget?.perCallMicros)}
      />
    </FormDialog>
  )
}

type RemoveProps = { budget: Budget.BudgetView; remove: (id: string) => Promise<Outcome<null>> }

export function RemoveBudget({ budget, remove }: RemoveProps) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Remove the budget for ${nameOf(budget)}`}>
          <Trash2 aria-hidden />
        </Button>
      }
      title="Remove this budget?"
      description="Purchases of this wallet are no longer limited by it."
      submitLabel="Remove"
      done="The budget is removed."
      isDestructive
      act={() => remove(budget.id)}
    />
  )
}

function nameOf({ resource }: Budget.BudgetView): string {
  return resource?.name ?? 'everything'
}

function dollars(micros: string | null | undefined): string {
  return micros == null ? '' : Amount.toDecimal(BigInt(micros), 6)
}
