/**
 * A node did not do what it was asked. `unreachable`: it was not asked, no connection was made. `refused`: it said no and did nothing.
 * `unknown`: it was asked, and its answer was lost, late or cannot be read.
 */
export class LightningFault extends Error {
  override readonly name = 'LightningFault'
  readonly kind: 'unreachable' | 'refused' | 'unknown'

  constructor(kind: LightningFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
