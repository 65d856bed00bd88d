'use client'

import { useId, type ReactNode } from 'react'
import type { FieldError } from '@/lib/errors'
import { Button } from '../ui/button'
import { ButtonLink } from '../ui/button-link'
import { cn } from '../ui/cn'
import { useHydrated } from '../use-hydrated'
import { FormContext, useFormScope, type FormScope } from './form-scope'
import { LeaveGuard } from './leave-guard'
import type { ActionForm } from './use-action-form'

type Props = {
  form: ActionForm
  className?: string
  children: ReactNode
  /** Errors that the fields show, if there are more than those of the last answer. */
  errors?: readonly FieldError[]
} & Partial<Pick<FormScope, 'warningOf' | 'onEdit'>>

/** A form that a server action answers. Its fields find their errors by their names. */
export function Form({ form, className, children, errors = form.errors, warningOf, onEdit }: Props) {
  const id = useId()
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.message
  return (
    <FormContext value={{ id, errors, errorOf, warningOf, onEdit: onEdit ?? form.clear }}>
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

type FooterProps = {
  form: ActionForm
  submitLabel: string
  cancelHref?: string
  /** Changed and not saved, if the form knows more of it than its fields. */
  isChanged?: boolean
  /** The tab keeps what was typed. */
  isKept?: boolean
  /** More ways to submit; the form reads their `name` and `value`. */
  children?: ReactNode
  className?: string
}

/** The end of a form that is a page of its own: save, leave, and what is wrong. It guards what was typed. */
export function FormFooter({
  form,
  submitLabel,
  cancelHref,
  isChanged = form.changed,
  isKept = false,
  children,
  className,
}: FooterProps) {
  const ready = useHydrated()
  return (
    <div className={cn('flex flex-wrap items-center gap-2', className)}>
      <Button type="submit" disabled={form.busy || !ready}>
        {form.busy ? 'Saving…' : submitLabel}
      </Button>
      {children}
      {cancelHref !== undefined && (
        <ButtonLink href={cancelHref} variant="ghost">
          Cancel
        </ButtonLink>
      )}
      <WrongFields form={form} />
      <LeaveGuard isChanged={isChanged && !form.busy && !form.saved} isKept={isKept} />
    </div>
  )
}

/** What is wrong, each as a link to its field. */
function WrongFields({ form: { message, errors } }: { form: ActionForm }) {
  const { id } = useFormScope()
  const count = errors.length
  return (
    <div role="alert" className="min-w-0 text-destructive empty:hidden">
      {message}
      {!message && count > 0 && (
        <>
          {count === 1 ? 'One field needs attention: ' : `${count} fields need attention: `}
          {errors.map(({ field, message: what }, index) => (
            <span key={`${field} ${what}`}>
              {index > 0 && ' · '}
              <a
                href={`#${id}-${field}`}
                className="rounded-sm underline underline-offset-2"
                onClick={(event) => {
                  event.preventDefault()
                  focusField(id, field)
                }}
              >
                {what}
              </a>
            </span>
          ))}
        </>
      )}
    </div>
  )
}

/** Opens the section of a field and focuses it, or else the first wrong field of the form. */
function focusField(formId: string, field: string): void {
  const found =
    document.getElementById(`${formId}-${field}`) ?? document.querySelector<HTMLElement>('[aria-invalid="true"]')
  const section = found?.closest('details')
  if (section) section.open = true
  found?.focus()
  found?.scrollIntoView({ block: 'center' })
}
