import type { ReactNode } from 'react'
import { cn } from './ui/cn'

/** A link to a page of the documentation, which is served beside this application: a whole document, no prefetch. */
export function DocsLink({
  page = '',
  className,
  children,
}: {
  page?: string
  className?: string
  children: ReactNode
}) {
  return (
    <a
      href={`/docs${page && `/${page}`}`}
      className={cn('rounded-sm text-brand underline underline-offset-2', className)}
    >
      {children}
    </a>
  )
}
