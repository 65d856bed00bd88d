import type { ComponentProps } from 'react'
import { cn } from './cn'

/** A table that scrolls sideways inside its frame when it does not fit; a shadow marks the edge behind which there is more. */
export function Table({ className, ...props }: ComponentProps<'table'>) {
  return (
    <div className="scroll-edges relative w-full overflow-x-auto">
      <table className={cn('w-full caption-bottom border-separate border-spacing-0 text-sm', className)} {...props} />
    </div>
  )
}

export function TableHeader(props: ComponentProps<'thead'>) {
  return <thead {...props} />
}

export function TableBody({ className, ...props }: ComponentProps<'tbody'>) {
  return <tbody className={cn('[&>tr:last-child>*]:border-b-0', className)} {...props} />
}

export function TableRow({ className, ...props }: ComponentProps<'tr'>) {
  return <tr className={cn('relative transition-colors hover:bg-muted/60 has-[a:focus-visible]:bg-muted', className)} {...props} />
}

export function TableHead({ className, scope = 'col', ...props }: ComponentProps<'th'>) {
  return (
    <th
      scope={scope}
      className={cn('h-8 border-b px-3 text-left align-middle text-xs font-medium whitespace-nowrap text-muted-foreground first:pl-4 last:pr-4', className)}
      {...props}
    />
  )
}

export function TableCell({ className, ...props }: ComponentProps<'td'>) {
  return <td className={cn('h-10 border-b px-3 py-1.5 align-middle first:pl-4 last:pr-4', className)} {...props} />
}
