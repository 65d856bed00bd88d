/** A form as Stripe reads it: `a[b]=1&c[]=2&d[0][e]=3` becomes objects, and lists are objects with numbers as keys. */
export type Form = { [name: string]: Form | string }

/** Parses form-encoded text. A later value of the same name replaces an earlier one; `[]` appends. */
export function parseForm(text: string): Form {
  const form: Form = emptyForm()
  for (const [name, value] of new URLSearchParams(text)) put(form, segmentsOf(name), value)
  return form
}

/** The same form as text in which every order of fields is the same: two bodies are equal if this is. */
export function canonicalForm(form: Form): string {
  const entries = Object.entries(form).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${entries
    .map(
      ([name, value]) =>
        `${JSON.stringify(name)}:${typeof value === 'string' ? JSON.stringify(value) : canonicalForm(value)}`,
    )
    .join(',')}}`
}

// Without a prototype: `__proto__` is a name like any other.
const emptyForm = (): Form => Object.create(null) as Form

function segmentsOf(name: string): string[] {
  const [, head = name, rest = ''] = /^([^[]*)((?:\[[^\]]*\])*)$/.exec(name) ?? []
  return [head, ...[...rest.matchAll(/\[([^\]]*)\]/g)].map(([, inner]) => inner ?? '')]
}

function put(form: Form, segments: readonly string[], value: string): void {
  const [first = '', ...rest] = segments
  const name = first === '' ? String(Object.keys(form).length) : first
  if (rest.length === 0) {
    form[name] = value
    return
  }
  const inner = form[name]
  const next = typeof inner === 'object' ? inner : emptyForm()
  form[name] = next
  put(next, rest, value)
}
