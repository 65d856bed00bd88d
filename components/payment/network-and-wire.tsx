import { NetworkName } from '../network-name'
import { Wire } from './wire'

/** In a table of payments: where one was paid, and how. */
export function NetworkAndWire({ network, wire }: { network: { network: string; name: string }; wire: string }) {
  return (
    <>
      <span className="block">
        <NetworkName network={network.network} name={network.name} />
      </span>
      <Wire wire={wire} />
    </>
  )
}
