'use client'

import { Switch as Base } from '@base-ui/react/switch'
import type { ComponentProps } from 'react'
import { cn } from './cn'

export function Switch({ className, ...props }: Omit<ComponentProps<typeof Base.Root>, 'className'> & { className?: string }) {
  return (
    <Base.Root
      className={cn(
        'relative inline-flex h-4.5 w-8 shrink-0 items-center rounded-full bg-muted-foreground/60 p-0.5 transition-colors data-checked:bg-brand data-disabled:opacity-50',
        className,
      )}
      {...props}
    >
      <Base.Thumb className="size-3.5 rounded-full bg-white transition-transform data-checked:translate-x-3.5 dark:bg-background" />
    </Base.Root>
  )
}
