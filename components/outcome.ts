import type { FieldError } from '@/lib/errors'

/** The result of a server action: its value, or a message and the wrong fields. Never a stack trace. */
export type Outcome<Value> =
  | { ok: true; value: Value }
  | { ok: false; code: string; message: string; fields: readonly FieldError[] }
