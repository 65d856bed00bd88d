export * as L402Header from './Header'
export * as L402Token from './Token'
