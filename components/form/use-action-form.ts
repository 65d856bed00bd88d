'use client'

import { useEffect, useRef, useState, useTransition, type FormEvent, type RefObject } from 'react'
import type { FieldError } from '@/lib/errors'
import type { Outcome } from '../outcome'

/** The values of a form, by the names of its fields. */
export type FormValues = {
  /** Empty if the form has no such field. */
  text: (name: string) => string
  /** The chosen options of a CheckField. */
  all: (name: string) => string[]
  /** Whether a SwitchField is on. */
  isOn: (name: string) => boolean
}

export type ActionForm = {
  /** The form element; its wrong fields are found by `aria-invalid`. */
  ref: RefObject<HTMLFormElement | null>
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  busy: boolean
  /** The fields that the last answer refused and that have not been edited since. */
  errors: readonly FieldError[]
  /** Why the form was refused, if no field on the page shows it. */
  message: string | undefined
  /** Drops the errors of a field and of everything below it: `contracts` also drops `contracts.0.address`. */
  clear: (field: string) => void
}

const unreachable = 'The server cannot be reached.'

/**
 * Sends a form to a server action. If the action refuses it, the form keeps the errors by field and focuses the first
 * wrong field; `onSaved` gets the value otherwise.
 *
 * It uses `onSubmit` instead of `<form action>`: React resets the fields of the latter after each action, also after a refused one.
 */
export function useActionForm<Value>(
  send: (values: FormValues) => Promise<Outcome<Value>>,
  onSaved: (value: Value) => void,
): ActionForm {
  const ref = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [message, setMessage] = useState<string>()
  const [refused, setRefused] = useState<readonly FieldError[]>()
  const [busy, start] = useTransition()

  // After the render that marks the wrong fields.
  useEffect(() => {
    if (!refused) return
    const wrong = ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (wrong) wrong.focus()
    else if (refused.length > 0) setMessage(refused.map((error) => error.message).join(' '))
  }, [refused])

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = valuesOf(new FormData(event.currentTarget))
    setMessage(undefined)
    start(async () => {
      const outcome = await send(values).catch(() => undefined)
      if (outcome?.ok) {
        setErrors([])
        return onSaved(outcome.value)
      }
      const fields = outcome?.fields ?? []
      if (fields.length === 0) setMessage(outcome?.message ?? unreachable)
      setErrors(fields)
      setRefused([...fields])
    })
  }

  const clear = (field: string) =>
    setErrors((before) => before.filter((error) => error.field !== field && !error.field.startsWith(`${field}.`)))
  return { ref, onSubmit, busy, errors, message, clear }
}

function valuesOf(data: FormData): FormValues {
  return {
    text: (name) => String(data.get(name) ?? ''),
    all: (name) => data.getAll(name).map(String),
    isOn: (name) => data.has(name),
  }
}
