'use client'

import { createContext, use } from 'react'
import type { FieldError } from '@/lib/errors'

/** What a field needs to know of its form. */
export type FormScope = {
  /** Ids of the fields begin with it. */
  id: string
  errors: readonly FieldError[]
  errorOf: (field: string) => string | undefined
  /** Shown instead of the hint; does not refuse the form. */
  warningOf?: ((field: string) => string | undefined) | undefined
  /** Called when a person edits a field. */
  onEdit: (field: string) => void
}

export const FormContext = createContext<FormScope>({
  id: 'form',
  errors: [],
  errorOf: () => undefined,
  onEdit: () => undefined,
})

export function useFormScope(): FormScope {
  return use(FormContext)
}
