import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export function Card({ className, ...props }: ComponentProps<'section'>) {
  return <section className={cn('rounded-lg border bg-card text-card-foreground', className)} {...props} />
}

type HeaderProps = { title: ReactNode; description?: ReactNode; actions?: ReactNode; className?: string; id?: string }

export function CardHeader({ title, description, actions, className, id }: HeaderProps) {
  return (
    <div className={cn('flex items-start justify-between gap-4 px-4 pt-3.5 pb-3', className)}>
      <div className="min-w-0">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {description && <p className="mt-0.5 text-xs text-muted-foreground">{description}</p>}
      </div>
      {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </div>
  )
}

export function CardContent({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('px-4 pb-4', className)} {...props} />
}
