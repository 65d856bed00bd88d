import { useId, type ReactNode } from 'react'
import { Card, CardContent, CardHeader } from './ui/card'

type Props = {
  title: ReactNode
  description?: ReactNode
  actions?: ReactNode
  /** Makes it a landmark that screen readers list by its title. */
  isRegion?: boolean
  id?: string
  className?: string
  contentClassName?: string
  children: ReactNode
}

/** A card with a heading. */
export function Panel({
  title,
  description,
  actions,
  isRegion = false,
  id,
  className,
  contentClassName,
  children,
}: Props) {
  const titleId = useId()
  return (
    <Card id={id} className={className} {...(isRegion && { 'aria-labelledby': titleId })}>
      <CardHeader id={titleId} title={title} description={description} actions={actions} />
      <CardContent className={contentClassName}>{children}</CardContent>
    </Card>
  )
}

type SectionProps = {
  title: string
  description?: string
  actions?: ReactNode
  id?: string
  className?: string
  children: ReactNode
}

/** A part of a page under a heading, without a frame. */
export function Section({ title, description, actions, id, className, children }: SectionProps) {
  const titleId = useId()
  return (
    <section id={id} aria-labelledby={titleId} className={className}>
      <div className="mb-3 flex items-baseline justify-between gap-4">
        <h2 id={titleId} className="text-sm font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      {description !== undefined && <p className="-mt-2 mb-2 text-muted-foreground">{description}</p>}
      {children}
    </section>
  )
}
