'use client'

import { useState } from 'react'
import { toast } from 'sonner'
import { TextField } from '../form/field'
import { Form, FormFooter } from '../form/form'
import { useActionForm } from '../form/use-action-form'
import type { Outcome } from '../outcome'

type Props = {
  name: string
  slug: string
  gatewayPrefix: string
  save: (input: { name: string; slug: string }) => Promise<Outcome<null>>
}

/** The name of the shop and its part of every resource's address. */
export function ShopForm({ name, slug, gatewayPrefix, save }: Props) {
  const [typed, setTyped] = useState(slug)
  const form = useActionForm(
    ({ text }) => save({ name: text('name'), slug: text('slug') }),
    () => toast.success('Saved'),
  )
  return (
    <Form form={form} className="max-w-xl">
      <TextField name="name" label="Name" defaultValue={name} />
      <TextField
        name="slug"
        label="Name in the address"
        kind="code"
        hint={
          typed === slug
            ? `Agents call ${gatewayPrefix}${slug}/…`
            : `Every resource moves to ${gatewayPrefix}${typed}/…. Agents that call the old address get 404; no other shop can take it.`
        }
        value={typed}
        onChange={setTyped}
      />
      <FormFooter form={form} submitLabel="Save" />
    </Form>
  )
}
