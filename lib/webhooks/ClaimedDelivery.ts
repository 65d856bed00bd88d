/** A delivery that only this process may try until its lease ends. */
export type ClaimedDelivery = {
  id: string
  endpointId: string | null
  merchantId: string
  target: string
  subject: string
  type: string
  url: string
  /** The body exactly as it is signed and sent. */
  payload: string
  /** Sealed secrets: the endpoint's, and the one before it while that is being rotated. None for callbacks. */
  sealed: readonly Buffer[]
}
