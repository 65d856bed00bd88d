import { type ChannelIdentity } from './ChannelIdentity'

type Entry = { known: ChannelIdentity; key?: Uint8Array }

export const identities = new Map<string, Entry>()
