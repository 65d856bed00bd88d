import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './ui/cn'

type Props = {
  icon?: LucideIcon
  title: string
  /** One sentence: what will be listed here, or what to do. */
  children?: ReactNode
  /** One action. */
  action?: ReactNode
  className?: string
}

/** Shown in place of an empty list. */
export function Empty({ icon: Icon, title, children, action, className }: Props) {
  return (
    <div className={cn('flex flex-col items-center gap-1 px-6 py-12 text-center', className)}>
      {Icon && <Icon aria-hidden className="mb-2 size-5 text-muted-foreground" strokeWidth={1.5} />}
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-md text-muted-foreground">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  )
}
