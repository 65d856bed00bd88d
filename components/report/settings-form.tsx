'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import type { BookSettings } from '@/lib/reports'
import { SelectField, TextField } from '../form/field'
import { Form, FormFooter } from '../form/form'
import { useActionForm, type FormValues } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'

type Props = {
  initial: BookSettings.BookSettings
  /** The classes of ledger accounts, each with its meaning. */
  classes: readonly { name: BookSettings.AccountClass; label: string }[]
  save: (input: BookSettings.BookSettingsInput) => Promise<Outcome<null>>
}

const schemes = [
  { name: 'datev', label: 'DATEV', hint: 'Account number, 4 to 8 digits, all of one length.' },
  { name: 'xero', label: 'Xero', hint: 'Account code.' },
  {
    name: 'quickbooks',
    label: 'QuickBooks',
    hint: 'Account name, as in your chart of accounts; Parent:Sub for a sub-account.',
  },
] as const

const months = Array.from({ length: 12 }, (_, index) => {
  const value = String(index + 1).padStart(2, '0')
  return {
    value,
    label: new Date(`2026-${value}-01T00:00:00Z`).toLocaleDateString('en', { month: 'long', timeZone: 'UTC' }),
  }
})

/** Which account of the accountant stands for which account of the ledger. */
export function BookSettingsForm({ initial, classes, save }: Props) {
  const router = useRouter()
  const form = useActionForm(
    (values) => save(read(values, classes)),
    () => {
      toast.success('Saved. Open months use it from now on.')
      router.push('/reports')
    },
  )
  return (
    <Form form={form} className="gap-4">
      {schemes.map((scheme) => (
        <Panel key={scheme.name} title={scheme.label} description={scheme.hint}>
          <div className="grid gap-4 sm:grid-cols-2">
            {classes.map(({ name, label }) => (
              <TextField
                key={name}
                name={`accounts.${scheme.name}.${name}`}
                label={label}
                defaultValue={initial.accounts[scheme.name][name]}
              />
            ))}
            {scheme.name === 'datev' && <DatevFields initial={initial} />}
            {scheme.name === 'xero' && (
              <TextField
                name="taxRate"
                label="Tax rate"
                hint="The full name of the rate in Xero. It requires one on each line."
                defaultValue={initial.taxRate}
              />
            )}
          </div>
        </Panel>
      ))}
      <FormFooter form={form} submitLabel="Save" cancelHref="/reports" />
    </Form>
  )
}

function DatevFields({ initial }: Pick<Props, 'initial'>) {
  return (
    <>
      <TextField
        name="consultant"
        label="Consultant number (Berater)"
        kind="integer"
        defaultValue={initial.consultant}
      />
      <TextField name="client" label="Client number (Mandant)" kind="integer" defaultValue={initial.client} />
      <SelectField
        name="chart"
        label="Chart of accounts"
        options={[
          { value: '03', label: 'SKR 03' },
          { value: '04', label: 'SKR 04' },
        ]}
        defaultValue={initial.chart}
      />
      <SelectField
        name="yearStart"
        label="The business year begins in"
        options={months}
        defaultValue={initial.yearStart}
      />
    </>
  )
}

function read({ text }: FormValues, classes: Props['classes']): BookSettings.BookSettingsInput {
  const accountsOf = (scheme: string) =>
    Object.fromEntries(classes.map(({ name }) => [name, text(`accounts.${scheme}.${name}`)])) as Record<
      BookSettings.AccountClass,
      string
    >
  return {
    accounts: { datev: accountsOf('datev'), xero: accountsOf('xero'), quickbooks: accountsOf('quickbooks') },
    consultant: text('consultant'),
    client: text('client'),
    chart: text('chart') as '03' | '04',
    yearStart: text('yearStart'),
    taxRate: text('taxRate'),
  }
}
