import { getAddress } from 'viem'

// An address of an EVM chain as people and programs write it.

const pattern = /^0x[0-9a-fA-F]{40}$/
const oneCase = /^0x([0-9a-f]{40}|[0-9A-F]{40})$/

/**
 * What is wrong with a text as an address, as a phrase after its name; undefined if nothing is. Mixed case is a checksum
 * (EIP-55), so a mistyped digit shows; one case has no checksum.
 */
export function faultOf(text: string): string | undefined {
  if (!pattern.test(text)) return 'is not an address: it must be 0x and 40 hex digits'
  return oneCase.test(text) || getAddress(text) === text ? undefined : 'is not an address: its checksum does not fit'
}

/** Whether a text is an address whose checksum, if any, is right. */
export function isValid(text: string): boolean {
  return faultOf(text) === undefined
}

/** Whether only its capitals are wrong. */
export function isMistyped(text: string): boolean {
  return pattern.test(text) && !isValid(text)
}
