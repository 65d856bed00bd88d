'use client'

import { CirclePlus, X } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { useOptimistic, useTransition } from 'react'
import { Button } from '../ui/button'
import { cn } from '../ui/cn'
import { DropdownMenu, DropdownMenuCheckboxItem, DropdownMenuContent, DropdownMenuTrigger } from '../ui/dropdown-menu'
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover'
import type { FilterField, FilterQuery, SetFilter } from './filter-field'
import { FilterInput } from './filter-input'
import { MomentRange } from './moment-range'

/** Filters as chips. A choice goes into the URL at once; there is no apply button. */
export function FilterBar({ fields, query }: { fields: readonly FilterField[]; query: FilterQuery }) {
  const router = useRouter()
  const pathname = usePathname()
  const [pending, startTransition] = useTransition()
  const [shown, show] = useOptimistic(query)

  const set: SetFilter = (change) => {
    const next: FilterQuery = {}
    for (const [name, value] of Object.entries({ ...shown, ...change }))
      if (value && name !== 'after' && name !== 'before') next[name] = value
    startTransition(() => {
      show(next)
      const text = new URLSearchParams(next).toString()
      router.replace(text ? `${pathname}?${text}` : pathname, { scroll: false })
    })
  }

  const names = fields.flatMap(namesOf)
  const active = names.filter((name) => shown[name])
  return (
    <div role="group" aria-label="Filters" aria-busy={pending} className="mb-3 flex flex-wrap items-center gap-1.5">
      {fields.map((field) => (
        <Chip key={field.label} field={field} query={shown} set={set} />
      ))}
      {active.length > 0 && (
        <Button
          variant="ghost"
          size="sm"
          className="text-muted-foreground"
          onClick={() => set(Object.fromEntries(names.map((name) => [name, undefined])))}
        >
          Clear all
        </Button>
      )}
    </div>
  )
}

function namesOf(field: FilterField): string[] {
  return field.kind === 'range' ? [field.min, field.max] : [field.name]
}

function Chip({ field, query, set }: { field: FilterField; query: FilterQuery; set: SetFilter }) {
  const chosen = describe(field, query)
  const look = cn(
    'flex h-7 items-center gap-1 px-2 text-xs font-medium transition-colors hover:bg-accent',
    chosen ? 'rounded-l-md' : 'rounded-md text-muted-foreground',
  )
  const content = (
    <>
      {!chosen && <CirclePlus aria-hidden className="size-3.5" />}
      {field.label}
      {chosen && <span className="max-w-48 truncate font-normal text-brand">{chosen}</span>}
    </>
  )
  return (
    <span
      className={cn(
        'inline-flex items-center rounded-md border bg-card',
        chosen ? 'border-input' : 'border-dashed border-input',
      )}
    >
      {field.kind === 'choice' || field.kind === 'single' ? (
        <DropdownMenu>
          <DropdownMenuTrigger className={look}>{content}</DropdownMenuTrigger>
          <Choices field={field} query={query} set={set} />
        </DropdownMenu>
      ) : (
        <Popover>
          <PopoverTrigger className={look}>{content}</PopoverTrigger>
          <PopoverContent label={`Filter by ${field.label.toLowerCase()}`}>
            <Inputs field={field} query={query} set={set} />
          </PopoverContent>
        </Popover>
      )}
      {chosen && (
        <button
          type="button"
          aria-label={`Clear ${field.label.toLowerCase()}`}
          onClick={() => set(Object.fromEntries(namesOf(field).map((name) => [name, undefined])))}
          className="flex size-7 items-center justify-center rounded-r-md border-l text-muted-foreground hover:bg-accent hover:text-foreground"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  )
}

type ChoiceField = FilterField & { kind: 'choice' | 'single' }

function Choices({ field, query, set }: { field: ChoiceField; query: FilterQuery; set: SetFilter }) {
  const chosen = query[field.name]?.split(',') ?? []
  const toggle = (value: string) => {
    if (chosen.includes(value)) return chosen.filter((other) => other !== value)
    return field.kind === 'single' ? [value] : [...chosen, value]
  }
  return (
    <DropdownMenuContent className="max-h-80 overflow-y-auto">
      {field.options.map((option) => (
        <DropdownMenuCheckboxItem
          key={option.value}
          checked={chosen.includes(option.value)}
          onCheckedChange={() => set({ [field.name]: toggle(option.value).join(',') })}
        >
          {option.label}
        </DropdownMenuCheckboxItem>
      ))}
    </DropdownMenuContent>
  )
}

function Inputs({
  field,
  query,
  set,
}: {
  field: Exclude<FilterField, ChoiceField>
  query: FilterQuery
  set: SetFilter
}) {
  const input = (name: string, label: string, type: string, placeholder?: string) => (
    <FilterInput
      name={name}
      label={label}
      type={type}
      value={query[name] ?? ''}
      onChange={(value) => set({ [name]: value || undefined })}
      {...(placeholder !== undefined && { placeholder })}
    />
  )
  return (
    <div className="flex flex-col gap-2">
      {field.kind === 'text' ? (
        input(field.name, field.label, 'text', field.placeholder)
      ) : (
        <div className={field.type === 'moment' ? 'flex flex-col gap-2' : 'grid grid-cols-2 gap-2'}>
          {field.type === 'moment' ? (
            <MomentRange field={field} query={query} set={set} />
          ) : (
            <>
              {input(field.min, 'From', 'text', '0.000001')}
              {input(field.max, 'To', 'text', '1.00')}
            </>
          )}
        </div>
      )}
      {field.hint && <p className="text-xs text-muted-foreground">{field.hint}</p>}
    </div>
  )
}

function describe(field: FilterField, query: FilterQuery): string | undefined {
  if (field.kind === 'choice' || field.kind === 'single') {
    const values = query[field.name]?.split(',') ?? []
    const labels = values.map((value) => field.options.find((option) => option.value === value)?.label ?? value)
    return labels.length > 0 ? labels.join(', ') : undefined
  }
  if (field.kind === 'text') {
    const text = query[field.name]
    return text && text.length > 20 ? `${text.slice(0, 8)}…${text.slice(-4)}` : text
  }
  const [min, max] = [query[field.min]?.replace('T', ' '), query[field.max]?.replace('T', ' ')]
  if (min && max) return min === max ? min : `${min} to ${max}`
  return min ? `from ${min}` : max ? `up to ${max}` : undefined
}
