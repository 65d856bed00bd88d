declare module 'macaroon' {
  export type MacaroonData = {
    readonly identifier: Uint8Array
    readonly signature: Uint8Array
    addFirstPartyCaveat(condition: string): void
    /** @throws Error if the signature differs, or if `check` answers with what is wrong with a caveat. */
    verify(rootKey: Uint8Array, check: (condition: string) => string | null): void
    exportBinary(): Uint8Array
  }
  const macaroon: {
    newMacaroon(fields: { version: 2; rootKey: Uint8Array; identifier: Uint8Array; location: string }): MacaroonData
    importMacaroon(bytes: Uint8Array): MacaroonData
  }
  export default macaroon
}
