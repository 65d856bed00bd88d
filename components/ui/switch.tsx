'use client'

import { useState, type ComponentProps } from 'react'
import { cn } from './cn'

type Props = Omit<ComponentProps<'button'>, 'onChange' | 'value'> & {
  checked?: boolean
  defaultChecked?: boolean
  onCheckedChange?: (checked: boolean) => void
}

/** On or off. A form gets its name while it is on, as of a checkbox. */
export function Switch({ checked, defaultChecked = false, onCheckedChange, name, className, ...props }: Props) {
  const [own, setOwn] = useState(defaultChecked)
  const isOn = checked ?? own
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        onClick={() => {
          setOwn(!isOn)
          onCheckedChange?.(!isOn)
        }}
        className={cn(
          'relative inline-flex h-4.5 w-8 shrink-0 items-center rounded-full p-0.5 transition-colors disabled:opacity-50',
          isOn ? 'bg-brand' : 'bg-muted-foreground/60',
          className,
        )}
        {...props}
      >
        <span
          className={cn('size-3.5 rounded-full bg-white transition-transform dark:bg-background', isOn && 'translate-x-3.5')}
        />
      </button>
      {name !== undefined && isOn && <input type="hidden" name={name} value="on" />}
    </>
  )
}
