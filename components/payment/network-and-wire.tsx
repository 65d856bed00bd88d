import { NetworkName } from '../network-name'
import { Wire } from './wire'

/** The network and the wire form of a payment, as a table cell. */
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
