'use client'

import { Tabs as Base } from '@base-ui/react/tabs'
import type { ComponentProps } from 'react'
import { cn } from './cn'

type Classed<Props> = Omit<Props, 'className'> & { className?: string }

export function Tabs({ className, ...props }: Classed<ComponentProps<typeof Base.Root>>) {
  return <Base.Root className={cn('flex flex-col', className)} {...props} />
}

export function TabsList({ className, ...props }: Classed<ComponentProps<typeof Base.List>>) {
  return <Base.List className={cn('flex gap-4 overflow-x-auto border-b', className)} {...props} />
}

export function TabsTrigger({ className, ...props }: Classed<ComponentProps<typeof Base.Tab>>) {
  return (
    <Base.Tab
      className={cn(
        '-mb-px border-b-2 border-transparent px-0.5 py-2 text-sm whitespace-nowrap text-muted-foreground transition-colors hover:text-foreground focus-visible:-outline-offset-2 data-active:border-foreground data-active:font-medium data-active:text-foreground',
        className,
      )}
      {...props}
    />
  )
}

export function TabsContent({ className, ...props }: Classed<ComponentProps<typeof Base.Panel>>) {
  return <Base.Panel className={cn('pt-4', className)} {...props} />
}
