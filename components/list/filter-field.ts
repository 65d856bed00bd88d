/** What a list can be filtered by, and the parts of its address that hold it. */
export type FilterField =
  /** Any of a few options; the parameter holds them separated by commas. */
  | { kind: 'choice'; name: string; label: string; options: readonly { value: string; label: string }[] }
  /** One of a few options. */
  | { kind: 'single'; name: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'text'; name: string; label: string; placeholder: string; hint?: string }
  /** Two parameters, each end optional. */
  | { kind: 'range'; label: string; min: string; max: string; type: 'moment' | 'dollars'; hint?: string }

export type FilterQuery = Record<string, string>
export type SetFilter = (change: Record<string, string | undefined>) => void
