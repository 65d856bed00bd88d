/** What the closed and the open select share. */

export type SelectOption = { value: string; label: string; disabled?: boolean }

export type SelectProps = {
  options: readonly SelectOption[]
  value?: string
  defaultValue?: string
  onValueChange?: (value: string) => void
  /** Submitted with a form under this name. */
  name?: string
  id?: string
  placeholder?: string
  className?: string
  disabled?: boolean
  'aria-label'?: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean
}

export const selectLook =
  'flex h-8 w-full items-center justify-between gap-2 rounded-md border border-input bg-card px-2.5 text-sm transition-colors select-none hover:border-muted-foreground/60 disabled:opacity-50 data-disabled:opacity-50 data-popup-open:bg-accent aria-invalid:border-destructive'
