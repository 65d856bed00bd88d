import { invalid } from './errors'
import type { Form } from './forms'

/**
 * The parameters of one request, read one by one. `done` refuses what was not read, as Stripe refuses parameters that it
 * does not know; read all of them before the first effect.
 */
export class Params {
  readonly #form: Form
  readonly #path: string
  readonly #read = new Set<string>()
  readonly #children: Params[] = []

  constructor(form: Form, path = '') {
    this.#form = form
    this.#path = path
  }

  has(name: string): boolean {
    return this.#form[name] !== undefined
  }

  names(): string[] {
    return Object.keys(this.#form)
  }

  text(name: string): string | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw invalid(`Invalid string: ${JSON.stringify(value)}`, { param: this.#at(name) })
    if (value === '')
      throw invalid(
        `You passed an empty string for '${this.#at(name)}'. We assume empty values are an attempt to unset a parameter; however '${this.#at(name)}' cannot be unset. You should remove '${this.#at(name)}' from your request or supply a non-empty value.`,
        { code: 'parameter_invalid_empty', param: this.#at(name) },
      )
    return value
  }

  required(name: string): string {
    return this.text(name) ?? this.#missing(name)
  }

  /** A text that an empty value unsets. */
  unsettable(name: string): string | null | undefined {
    return this.#form[name] === '' ? (this.#take(name), null) : this.text(name)
  }

  integer(name: string): bigint | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!/^-?\d{1,15}$/.test(value))
      throw invalid(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: this.#at(name) })
    return BigInt(value)
  }

  requiredInteger(name: string): bigint {
    return this.integer(name) ?? this.#missing(name)
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (value !== 'true' && value !== 'false') throw invalid(`Invalid boolean: ${value}`, { param: this.#at(name) })
    return value === 'true'
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const found = choices.find((choice) => choice === value)
    if (!found)
      throw invalid(
        `Invalid ${this.#at(name)}: must be one of ${choices.slice(0, -1).join(', ')}, or ${choices.at(-1)}`,
        {
          param: this.#at(name),
        },
      )
    return found
  }

  /** Metadata and the like; empty values are in it, and unset their key. */
  map(name: string): Record<string, string> | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (value === '') return {}
    if (typeof value === 'string') throw invalid('Invalid object', { param: this.#at(name) })
    return Object.fromEntries(
      Object.entries(value).map(([key, text]) => {
        if (typeof text !== 'string') throw invalid('Invalid string', { param: `${this.#at(name)}[${key}]` })
        if (key.length > 40 || text.length > 500)
          throw invalid(`Metadata keys can have up to 40 characters, and their values up to 500.`, {
            param: `${this.#at(name)}[${key}]`,
          })
        return [key, text]
      }),
    )
  }

  list(name: string): string[] | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (typeof value === 'string') throw invalid('Invalid array', { param: this.#at(name) })
    return Object.values(value).filter((item) => typeof item === 'string')
  }

  child(name: string): Params | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (typeof value === 'string') throw invalid('Invalid object', { param: this.#at(name) })
    return this.#under(value, this.#at(name))
  }

  requiredChild(name: string): Params {
    return this.child(name) ?? this.#missing(name)
  }

  children(name: string): Params[] {
    const value = this.#take(name)
    if (value === undefined) return []
    if (typeof value === 'string') throw invalid('Invalid array', { param: this.#at(name) })
    return Object.entries(value).map(([key, item]) => {
      if (typeof item === 'string') throw invalid('Invalid object', { param: `${this.#at(name)}[${key}]` })
      return this.#under(item, `${this.#at(name)}[${key}]`)
    })
  }

  /** Accepted, as at Stripe, and without a meaning here. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name)
  }

  /** @throws StripeFailure for a parameter that nothing has read. */
  done(): void {
    const unread = Object.keys(this.#form).find((name) => !this.#read.has(name))
    if (unread !== undefined)
      throw invalid(`Received unknown parameter: ${this.#at(unread)}`, {
        code: 'parameter_unknown',
        param: this.#at(unread),
      })
    for (const child of this.#children) child.done()
  }

  #under(form: Form, path: string): Params {
    const child = new Params(form, path)
    this.#children.push(child)
    return child
  }

  #take(name: string): Form | string | undefined {
    this.#read.add(name)
    return this.#form[name]
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}[${name}]`
  }

  #missing(name: string): never {
    throw invalid(`Missing required param: ${this.#at(name)}.`, { code: 'parameter_missing', param: this.#at(name) })
  }
}
