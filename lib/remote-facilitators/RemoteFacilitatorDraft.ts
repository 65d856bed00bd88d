import { z } from 'zod'
import { wrongFields } from '@/lib/errors'
import type * as RemoteFacilitator from './RemoteFacilitator'

/** The form's fields. */
export type RemoteFacilitatorInput = {
  name: string
  url: string
  timeoutSeconds: string
  auth: string
  /** One per line, "name: value"; empty keeps the stored ones. */
  headers: string
  keyId: string
  /** Empty keeps the stored one. */
  keySecret: string
}

export type RemoteFacilitatorDraft = {
  name: string
  /** Without a trailing slash. */
  url: string
  timeoutMs: number
  /** Undefined keeps the stored credentials. */
  auth: RemoteFacilitator.FacilitatorAuth | undefined
  authKind: RemoteFacilitator.FacilitatorAuth['kind']
  /** A hint that shows which credentials are stored, without secrets; undefined keeps it. */
  authHint: string | undefined
}

const headersMax = 10
const headerLine = /^([a-z0-9!#$%&'*+.^_`|~-]{1,64}):\s*([\x21-\x7e][\x20-\x7e]{0,4095})$/i
/** Headers that belong to the connection or the body. */
const reserved = /^(?:host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|accept)$/i

const Input = z.object({
  name: z.string().trim().min(1, 'Name it, for example CDP').max(60, 'Use at most 60 characters'),
  url: z
    .string()
    .trim()
    .max(2_048, 'Use at most 2,048 characters')
    .transform((url) => url.replace(/\/+$/, '')),
  timeoutSeconds: z
    .string()
    .trim()
    .regex(/^\d{1,3}$/, 'Write whole seconds')
    .transform(Number)
    .pipe(z.number().min(1, 'Write at least 1 second').max(120, 'Write at most 120 seconds')),
  auth: z.enum(['none', 'headers', 'cdp'], 'Choose how requests are authenticated'),
  headers: z.string().max(20_000).default(''),
  keyId: z.string().trim().max(300).default(''),
  keySecret: z.string().trim().max(4_000).default(''),
})

/**
 * @param stored the kind of the stored credentials, which an empty field of that kind keeps.
 * @throws AppError bad-input with one entry per field.
 */
export function parse(input: unknown, stored?: RemoteFacilitator.FacilitatorAuth['kind']): RemoteFacilitatorDraft {
  const result = Input.safeParse(input)
  if (!result.success)
    throw wrongFields(result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
  const { name, url, timeoutSeconds, auth, headers, keyId, keySecret } = result.data
  const draft = { name, url, timeoutMs: timeoutSeconds * 1_000, authKind: auth }
  switch (auth) {
    case 'none':
      return { ...draft, auth: { kind: 'none' }, authHint: '' }
    case 'headers': {
      if (headers.trim() === '' && stored === 'headers') return { ...draft, auth: undefined, authHint: undefined }
      const parsed = parseHeaders(headers)
      return { ...draft, auth: { kind: 'headers', headers: parsed }, authHint: Object.keys(parsed).join(', ') }
    }
    case 'cdp': {
      if (keySecret === '' && stored === 'cdp') return { ...draft, auth: undefined, authHint: undefined }
      if (keyId === '') throw wrongFields([{ field: 'keyId', message: 'Paste the id of the API key' }])
      if (keySecret === '') throw wrongFields([{ field: 'keySecret', message: 'Paste the secret of the API key' }])
      return { ...draft, auth: { kind: 'cdp', keyId, keySecret }, authHint: keyId }
    }
  }
}

function parseHeaders(text: string): Record<string, string> {
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  const field = 'headers'
  if (lines.length === 0) throw wrongFields([{ field, message: 'Write a header, for example authorization: Bearer …' }])
  if (lines.length > headersMax) throw wrongFields([{ field, message: `Write at most ${headersMax} headers` }])
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  for (const line of lines) {
    const match = headerLine.exec(line)
    const name = match?.[1]?.toLowerCase() ?? ''
    if (!match || reserved.test(name))
      throw wrongFields([
        { field, message: `"${line.slice(0, 12)}…" is no header that may be sent: write name: value` },
      ])
    headers[name] = match[2] ?? ''
  }
  return { ...headers }
}
