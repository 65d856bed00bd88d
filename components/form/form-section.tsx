'use client'

import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useFormScope } from './form-scope'

type Props = {
  title: string
  /** The state of the section in one line, readable while it is closed. */
  summary: ReactNode
  /** The fields in it, or what their names begin with. An error of one opens the section. */
  fields: readonly string[]
  children: ReactNode
}

/** A part of a form that most people leave as it is: closed, with its state in one line. */
export function FormSection({ title, summary, fields, children }: Props) {
  const { errors } = useFormScope()
  const [isOpen, setOpen] = useState(false)
  const isWrong = errors.some((error) =>
    fields.some((name) => error.field === name || error.field.startsWith(`${name}.`)),
  )
  return (
    <details
      className="group rounded-lg border bg-card"
      open={isOpen || isWrong}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded-lg px-4 py-3 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
        />
        <h2 className="shrink-0 text-sm font-semibold">{title}</h2>
        <span className="min-w-0 flex-1 truncate text-right text-xs text-muted-foreground group-open:invisible">
          {summary}
        </span>
      </summary>
      <div className="flex flex-col gap-4 px-4 pt-1 pb-4">{children}</div>
    </details>
  )
}
