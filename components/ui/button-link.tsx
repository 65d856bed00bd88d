import type { VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { IntentLink } from '../intent-link'
import { buttonVariants } from './button-variants'
import { cn } from './cn'

type Props = ComponentProps<typeof IntentLink> & VariantProps<typeof buttonVariants>

/** A link that looks like a button. */
export function ButtonLink({ className, variant, size, ...props }: Props) {
  return <IntentLink className={cn(buttonVariants({ variant, size }), className)} {...props} />
}
