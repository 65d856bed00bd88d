'use client'

import { ChevronsUpDown } from 'lucide-react'
import { useId } from 'react'
import { cn } from './cn'
import { useLazyPopup } from './lazy-popup'
import { selectLook, type SelectProps } from './select-look'

export type { SelectOption } from './select-look'

const load = () => import('./select-parts')

/** One of a few options. Until it is used it is a button with the chosen option; then its code is loaded and it opens. */
export function Select(props: SelectProps) {
  const { parts, preload, press } = useLazyPopup(load)
  const listId = useId()
  if (parts) return <parts.OpenSelect {...props} />
  const { options, value, defaultValue, name, placeholder, className, onValueChange: _onValueChange, ...button } = props
  const chosen = value ?? defaultValue
  return (
    <>
      <button
        type="button"
        role="combobox"
        aria-haspopup="listbox"
        aria-expanded={false}
        aria-controls={listId}
        {...button}
        className={cn(selectLook, className)}
        onPointerEnter={preload}
        onFocus={preload}
        onClick={press}
      >
        <span className="truncate">{options.find((option) => option.value === chosen)?.label ?? placeholder}</span>
        <span className="text-muted-foreground">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </span>
      </button>
      {name !== undefined && chosen !== undefined && <input type="hidden" name={name} value={chosen} />}
    </>
  )
}
