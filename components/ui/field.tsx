import type { ReactNode } from 'react'
import { cn } from './cn'
import { Label } from './label'

type Props = {
  /** The control's id; hint and error get `${id}-hint` and `${id}-error` (see `describedBy`). */
  id: string
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  className?: string
  children: ReactNode
}

/** Label, control, hint and error, tied together for screen readers. */
export function Field({ id, label, hint, error, className, children }: Props) {
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <Label htmlFor={id}>{label}</Label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-xs text-destructive">
          {error}
        </p>
      )}
    </div>
  )
}

/** aria attributes of the control inside a Field. */
export function describedBy(id: string, has: { hint?: boolean; error?: boolean }) {
  const ids = [has.hint && `${id}-hint`, has.error && `${id}-error`].filter(Boolean).join(' ')
  return { ...(ids && { 'aria-describedby': ids }), ...(has.error && { 'aria-invalid': true as const }) }
}
