'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { buttonVariants } from './ui/button-variants'
import { cn } from './ui/cn'

type Props = {
  value: string
  /** The name of the value, for screen readers: "transaction hash". */
  label: string
  /** Show the label beside the icon. */
  text?: string
  className?: string
}

/** Copies a value and confirms it by icon and to screen readers. */
export function CopyButton({ value, label, text, className }: Props) {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])

  async function copy() {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      toast.error('The browser did not allow copying. Select the text and copy it by keyboard.')
    }
  }

  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={`Copy ${label}`}
      className={cn(
        buttonVariants({ variant: text ? 'outline' : 'ghost', size: text ? 'sm' : 'icon-xs' }),
        !text && 'text-muted-foreground hover:text-foreground',
        'relative z-10',
        className,
      )}
    >
      {copied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
      {text}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  )
}
