import type { ComponentProps } from 'react'
import { cn } from './cn'

const field =
  'w-full rounded-md border border-input bg-card px-2.5 text-sm text-foreground placeholder:text-muted-foreground transition-colors hover:border-muted-foreground/60 focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-destructive'

export function Input({ className, type = 'text', ...props }: ComponentProps<'input'>) {
  return <input type={type} className={cn(field, 'h-8', className)} {...props} />
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(field, 'min-h-16 py-1.5', className)} {...props} />
}
