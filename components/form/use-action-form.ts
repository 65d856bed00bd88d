'use client'

import { useState, useTransition, type FormEvent } from 'react'
import { flushSync } from 'react-dom'
import type { FieldError } from '@/lib/errors'
import type { Outcome } from '../outcome'
import { runSignedIn } from '../sign-in/again'

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
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  busy: boolean
  /** A field was edited since the form was drawn or saved. */
  changed: boolean
  /** The last submit was saved. */
  saved: boolean
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
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [message, setMessage] = useState<string>()
  const [changed, setChanged] = useState(false)
  const [saved, setSaved] = useState(false)
  const [busy, start] = useTransition()

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const { submitter } = event.nativeEvent as SubmitEvent
    const values = valuesOf(new FormData(form, submitter))
    setMessage(undefined)
    start(async () => {
      const outcome = await runSignedIn(() => send(values)).catch(() => undefined)
      if (outcome?.ok) {
        setErrors([])
        setChanged(false)
        setSaved(true)
        return onSaved(outcome.value)
      }
      const fields = outcome?.fields ?? []
      // Drawn at once, so that the wrong fields can be found by their marks.
      flushSync(() => setErrors(fields))
      const wrong = form.querySelector<HTMLElement>('[aria-invalid="true"]')
      if (wrong) wrong.focus()
      else setMessage(fields.map((error) => error.message).join(' ') || (outcome?.message ?? unreachable))
    })
  }

  const clear = (field: string) => {
    setChanged(true)
    setSaved(false)
    setErrors((before) => before.filter((error) => error.field !== field && !error.field.startsWith(`${field}.`)))
  }
  return { onSubmit, busy, changed, saved, errors, message, clear }
}

function valuesOf(data: FormData): FormValues {
  return {
    text: (name) => String(data.get(name) ?? ''),
    all: (name) => data.getAll(name).map(String),
    isOn: (name) => data.has(name),
  }
}
