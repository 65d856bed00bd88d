'use client'

import { useId, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Challenge } from '@/lib/auth'
import type { FieldError } from '@/lib/errors'
import type { FormScope } from '../form/form-scope'
import type { Outcome } from '../outcome'
import type { SignedMessage, SignText } from './sign-by-evm'

type Refusal = Extract<Outcome<unknown>, { ok: false }>

export type SignedForm<Input> = {
  /** For `FormContext`, and the id of the element around the fields. */
  scope: FormScope & { id: string }
  /** Drops the errors of a field and of everything below it. */
  clear: (field: string) => void
  /** Checks the input, lets the wallet sign it and saves it. @throws Error with a sentence that no field shows. */
  submit: (input: Input, sign: SignText) => Promise<void>
}

/**
 * A form whose input a wallet signs: `begin` checks it and gives the text to sign, `save` takes the signature. If either refuses
 * it, the form keeps the errors by field and focuses the first wrong field.
 */
export function useSignedForm<Input, Value>(
  begin: (input: Input) => Promise<Outcome<Challenge.SiweChallenge>>,
  save: (input: Input, signed: SignedMessage) => Promise<Outcome<Value>>,
  onSaved: (value: Value) => void | Promise<void>,
): SignedForm<Input> {
  const id = useId()
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const clear = (field: string) =>
    setErrors((before) => before.filter((error) => error.field !== field && !error.field.startsWith(`${field}.`)))

  function refuse({ fields, message }: Refusal): void {
    flushSync(() => setErrors(fields))
    const wrong = document.getElementById(id)?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (!wrong) throw new Error(message)
    wrong.focus()
  }

  async function submit(input: Input, sign: SignText): Promise<void> {
    const begun = await begin(input)
    if (!begun.ok) return refuse(begun)
    const saved = await save(input, await sign(begun.value))
    if (!saved.ok) return refuse(saved)
    setErrors([])
    await onSaved(saved.value)
  }

  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  return { scope: { id, errors, errorOf, onEdit: clear }, clear, submit }
}
