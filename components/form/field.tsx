'use client'

import type { ReactNode } from 'react'
import { cn } from '../ui/cn'
import { Input, Textarea } from '../ui/input'
import { Label } from '../ui/label'
import { Select, type SelectOption } from '../ui/select'
import { Switch } from '../ui/switch'
import { useHydrated } from '../use-hydrated'
import { useFormScope } from './form-scope'

type Naming = {
  /** The field's path in the input of the action: its id, its value in the form and its error follow from it. */
  name: string
  label: ReactNode
  hint?: ReactNode
  className?: string | undefined
}

/** A field either keeps its value itself, from `defaultValue` on, or shows `value`. */
type Holding<Value> = { value?: Value; onChange?: ((value: Value) => void) | undefined; defaultValue?: Value }

type Kind = 'text' | 'moment' | 'code' | 'url' | 'integer' | 'decimal' | 'dollars' | 'secret'

const number = 'tabular-nums'
const mono = 'font-mono text-xs'
const kinds = {
  text: {},
  code: { className: mono, spellCheck: false },
  url: { className: mono, spellCheck: false, inputMode: 'url' },
  integer: { className: number, inputMode: 'numeric' },
  decimal: { className: number, inputMode: 'decimal' },
  dollars: { className: `${number} pl-6`, inputMode: 'decimal' },
  moment: { className: number, type: 'datetime-local' },
  secret: { className: mono, type: 'password', autoComplete: 'new-password' },
} as const satisfies Record<Kind, object>

type TextProps = Naming &
  Holding<string> & {
    kind?: Kind
    placeholder?: string | undefined
    /** Class of the control's width: "max-w-48". */
    width?: string
  }

/** One line of text. */
export function TextField({ kind = 'text', width, placeholder, value, onChange, defaultValue, ...naming }: TextProps) {
  const ready = useHydrated()
  const { frame, control, onEdit } = useField(naming)
  const { className, ...rest } = { className: '', ...kinds[kind] }
  const input = (
    <Input
      autoComplete="off"
      {...rest}
      {...control}
      {...(value === undefined ? { defaultValue } : { value })}
      name={naming.name}
      readOnly={!ready}
      placeholder={placeholder}
      className={cn(className, width)}
      onChange={({ target }) => {
        onEdit()
        onChange?.(target.value)
      }}
    />
  )
  return <Frame {...frame}>{kind === 'dollars' ? <Dollars width={width}>{input}</Dollars> : input}</Frame>
}

function Dollars({ width, children }: { width: string | undefined; children: ReactNode }) {
  return (
    <div className={cn('relative', width)}>
      <span aria-hidden className="absolute inset-y-0 left-2.5 flex items-center text-muted-foreground">
        $
      </span>
      {children}
    </div>
  )
}

type AreaProps = Naming & Holding<string> & { rows?: number; code?: boolean; placeholder?: string }

/** Several lines of text. */
export function TextAreaField({ rows = 3, code, placeholder, value, onChange, defaultValue, ...naming }: AreaProps) {
  const ready = useHydrated()
  const { frame, control, onEdit } = useField(naming)
  return (
    <Frame {...frame}>
      <Textarea
        {...control}
        {...(value === undefined ? { defaultValue } : { value })}
        {...(code && { className: mono, spellCheck: false })}
        name={naming.name}
        rows={rows}
        readOnly={!ready}
        placeholder={placeholder}
        autoComplete="off"
        onChange={({ target }) => {
          onEdit()
          onChange?.(target.value)
        }}
      />
    </Frame>
  )
}

type SelectProps = Naming & Holding<string> & { options: readonly SelectOption[]; placeholder?: string; width?: string }

/** One of a few options. */
export function SelectField({ options, placeholder, width, value, onChange, defaultValue, ...naming }: SelectProps) {
  const { frame, control, onEdit } = useField(naming)
  return (
    <Frame {...frame}>
      <Select
        {...control}
        {...(value === undefined ? defaultValue !== undefined && { defaultValue } : { value })}
        {...(placeholder !== undefined && { placeholder })}
        {...(width !== undefined && { className: width })}
        name={naming.name}
        options={options}
        onValueChange={(next) => {
          onEdit()
          onChange?.(next)
        }}
      />
    </Frame>
  )
}

/** On or off, at once readable as a sentence: label and hint on the left, the switch on the right. */
export function SwitchField({ value, onChange, defaultValue, className, ...naming }: Naming & Holding<boolean>) {
  const { frame, control, onEdit } = useField(naming)
  const { id, label, hint, error } = frame
  return (
    <div className={cn('flex items-start justify-between gap-4', className)}>
      <div>
        <p id={`${id}-label`} className="font-medium">
          {label}
        </p>
        <Notes id={id} hint={hint} error={error} />
      </div>
      <Switch
        {...control}
        {...(value === undefined ? { defaultChecked: defaultValue ?? false } : { checked: value })}
        name={naming.name}
        aria-labelledby={`${id}-label`}
        onCheckedChange={(next) => {
          onEdit()
          onChange?.(next)
        }}
        className="mt-0.5"
      />
    </div>
  )
}

type CheckProps = Omit<Naming, 'label'> &
  Holding<readonly string[]> & {
    legend: string
    options: readonly { value: string; label: string; hint?: string }[]
    /** Class of the list: columns. */
    columns?: string
  }

/** Any number of a few options. */
export function CheckField({ legend, options, columns, value, onChange, defaultValue = [], ...naming }: CheckProps) {
  const ready = useHydrated()
  const { frame, control, onEdit } = useField({ ...naming, label: legend })
  function toggle(option: string, on: boolean) {
    onEdit()
    if (value) onChange?.(on ? [...value, option] : value.filter((other) => other !== option))
  }
  return (
    <fieldset
      className={cn('flex min-w-0 flex-col gap-1.5', frame.className)}
      aria-describedby={control['aria-describedby']}
    >
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className={cn('grid gap-1.5', columns)}>
        {options.map((option) => (
          <label key={option.value} className="flex items-start gap-2">
            <input
              type="checkbox"
              name={naming.name}
              value={option.value}
              disabled={!ready}
              {...(value === undefined
                ? { defaultChecked: defaultValue.includes(option.value) }
                : { checked: value.includes(option.value) })}
              aria-invalid={control['aria-invalid']}
              onChange={({ target }) => toggle(option.value, target.checked)}
              className="mt-0.75 size-3.5 shrink-0 accent-primary"
            />
            <span>
              {option.label}
              {option.hint && <span className="block text-xs text-muted-foreground">{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      <Notes id={frame.id} hint={frame.hint} error={frame.error} />
    </fieldset>
  )
}

type InlineProps = {
  name: string
  /** For screen readers; the text around it says the same to the eye. */
  label: string
  value: string
  onChange: (value: string) => void
  kind?: Exclude<Kind, 'dollars'>
  width?: string
  placeholder?: string
  /** Id of a datalist. */
  list?: string
}

/** A text box within a sentence or a row. `FieldErrors` with the same name shows its error. */
export function InlineField({ name, label, kind = 'text', width, onChange, ...rest }: InlineProps) {
  const ready = useHydrated()
  const { control, onEdit } = useField({ name, label })
  const { className, ...look } = { className: '', ...kinds[kind] }
  return (
    <Input
      autoComplete="off"
      spellCheck={false}
      {...look}
      {...control}
      {...rest}
      name={name}
      aria-label={label}
      readOnly={!ready}
      className={cn(className, width)}
      onChange={({ target }) => {
        onEdit()
        onChange(target.value)
      }}
    />
  )
}

/** The errors of fields that stand in one row, below it. */
export function FieldErrors({ names, prefix = {} }: { names: readonly string[]; prefix?: Record<string, string> }) {
  const { id, errorOf } = useFormScope()
  return names.map((name) => {
    const error = errorOf(name)
    return (
      error && (
        <p key={name} id={`${id}-${name}-error`} className="text-xs text-destructive">
          {prefix[name]}
          {error}
        </p>
      )
    )
  })
}

/** Ids and aria of a control that is no field of this file. `FieldErrors` with the same name shows its error. */
export function useFieldAria(name: string) {
  return useField({ name, label: '' }).control
}

/** Ids, hint, error and aria of a field, from its name. */
function useField({ name, label, hint, className }: Naming) {
  const scope = useFormScope()
  const id = `${scope.id}-${name}`
  const error = scope.errorOf(name)
  const warning = scope.warningOf?.(name)
  const note = warning === undefined ? hint : <span className="text-warning">{warning}</span>
  const described = [note && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return {
    frame: { id, label, hint: note, error, className },
    control: {
      id,
      ...(described && { 'aria-describedby': described }),
      ...(error !== undefined && { 'aria-invalid': true as const }),
    },
    onEdit: () => scope.onEdit(name),
  }
}

type FrameProps = ReturnType<typeof useField>['frame'] & { children: ReactNode }

function Frame({ id, label, hint, error, className, children }: FrameProps) {
  return (
    <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
      <Label htmlFor={id}>{label}</Label>
      {children}
      <Notes id={id} hint={hint} error={error} />
    </div>
  )
}

function Notes({ id, hint, error }: { id: string; hint: ReactNode; error: string | undefined }) {
  return (
    <>
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-xs whitespace-pre-line text-destructive">
          {error}
        </p>
      )}
    </>
  )
}
