'use client'

import { Button as Base } from '@base-ui/react/button'
import type { VariantProps } from 'class-variance-authority'
import { buttonVariants } from './button-variants'
import { cn } from './cn'

export type ButtonProps = Base.Props & VariantProps<typeof buttonVariants>

/** A button; a link that looks like one is `ButtonLink`. */
export function Button({ className, variant, size, type = 'button', ...props }: ButtonProps) {
  return (
    <Base
      type={type}
      className={cn(buttonVariants({ variant, size }), typeof className === 'string' ? className : undefined)}
      {...props}
    />
  )
}
