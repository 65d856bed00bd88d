'use client'

import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import { cn } from './cn'
import { selectLook, type SelectOption, type SelectProps } from './select-look'

/** The select itself, open; `select.tsx` loads this file when one is used. */
export function OpenSelect({ options, value, defaultValue, onValueChange, name, id, placeholder, className, disabled, ...aria }: SelectProps) {
  return (
    <Base.Root
      defaultOpen
      items={options as SelectOption[]}
      {...(value !== undefined && { value })}
      {...(defaultValue !== undefined && { defaultValue })}
      {...(name !== undefined && { name })}
      {...(disabled !== undefined && { disabled })}
      onValueChange={(next) => {
        if (typeof next === 'string') onValueChange?.(next)
      }}
    >
      <Base.Trigger
        {...(id !== undefined && { id })}
        {...aria}
        className={cn(selectLook, className)}
      >
        <Base.Value placeholder={placeholder} className="truncate" />
        <Base.Icon className="text-muted-foreground">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-lg bg-popover p-1 text-popover-foreground shadow-overlay outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex items-center gap-2 rounded-md py-1.5 pr-3 pl-2 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-accent"
              >
                <span className="flex size-4 items-center justify-center">
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-3.5" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
