'use client'

import { useId, type ReactNode } from 'react'
import { Button } from '../ui/button'
import { ButtonLink } from '../ui/button-link'
import { cn } from '../ui/cn'
import { useHydrated } from '../use-hydrated'
import { FormContext, type FormScope } from './form-scope'
import type { ActionForm } from './use-action-form'

type Props = { form: ActionForm; className?: string; children: ReactNode } & Partial<Omit<FormScope, 'id'>>

/** A form that a server action answers. Its fields find their errors by their names. */
export function Form({ form, className, children, errorOf, warningOf, onEdit }: Props) {
  const id = useId()
  const refusalOf = (field: string) => form.errors.find((error) => error.field === field)?.message
  return (
    <FormContext value={{ id, errorOf: errorOf ?? refusalOf, warningOf, onEdit: onEdit ?? form.clear }}>
      <form onSubmit={form.onSubmit} noValidate className={cn('flex flex-col gap-4', className)}>
        {children}
      </form>
    </FormContext>
  )
}

/** The message of a refused form, read aloud when it appears. */
export function FormMessage({ form }: { form: ActionForm }) {
  return (
    <p role="alert" className="text-sm text-destructive empty:hidden">
      {form.message}
    </p>
  )
}

type FooterProps = { form: ActionForm; submitLabel: string; cancelHref?: string }

/** The end of a form that is a page of its own: save, leave, and what is wrong. */
export function FormFooter({ form, submitLabel, cancelHref }: FooterProps) {
  const ready = useHydrated()
  const count = form.errors.length
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button type="submit" disabled={form.busy || !ready}>
        {form.busy ? 'Saving…' : submitLabel}
      </Button>
      {cancelHref !== undefined && (
        <ButtonLink href={cancelHref} variant="ghost">
          Cancel
        </ButtonLink>
      )}
      <p role="alert" className="text-destructive empty:hidden">
        {form.message ??
          (count > 0 && (count === 1 ? 'One field needs attention.' : `${count} fields need attention.`))}
      </p>
    </div>
  )
}
