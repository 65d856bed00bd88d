import type { FieldError } from '@/lib/errors'

/** What a server action answers: its value, or a sentence and the fields that were refused. Never a stack. */
export type Outcome<Value> =
  | { ok: true; value: Value }
  | { ok: false; code: string; message: string; fields: readonly FieldError[] }
