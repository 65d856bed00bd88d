import type { FilterField } from '@/components/list/filter-field'
import { statusOptions } from '@/components/status'
import { labelPaying } from '@/lib/chains'

/** The networks and rails that this server is paid by. */
export function networkField(): FilterField {
  const options = labelPaying().map(({ network, name }) => ({ value: network, label: name }))
  return { kind: 'single', name: 'network', label: 'Network', options }
}

export function resourceField(resources: readonly { id: string; label: string }[]): FilterField {
  const options = resources.map(({ id, label }) => ({ value: id, label }))
  return { kind: 'single', name: 'resource', label: 'Resource', options }
}

export const payerField: FilterField = {
  kind: 'text',
  name: 'payer',
  label: 'Payer',
  placeholder: '0x…',
  hint: 'A whole address, or its beginning.',
}

/** The address that was paid. */
export function payToField(name: string): FilterField {
  return { kind: 'text', name, label: 'Paid to', placeholder: '0x…', hint: 'A whole address, or its beginning.' }
}

export const tokenField: FilterField = {
  kind: 'text',
  name: 'token',
  label: 'Token',
  placeholder: '0x…',
  hint: 'The address of the token, whole or its beginning.',
}

export const dateField: FilterField = {
  kind: 'range',
  label: 'Date',
  min: 'from',
  max: 'to',
  type: 'moment',
  hint: 'UTC, both minutes included.',
}

/** The states of payments and of sessions. */
export const paymentStatusField: FilterField = {
  kind: 'choice',
  name: 'status',
  label: 'Status',
  options: [
    ...statusOptions('payment'),
    ...statusOptions('channel').map(({ value, label }) => ({ value, label: `Session: ${label.toLowerCase()}` })),
  ],
}
