// Loaded before a client: what it sends to the app's port goes to the proxy's, as if the name led there. The client sees the public
// address only, and compares it with the address in the 402.
import net from 'node:net'

const [from, to] = (process.env.INTEROP_ROUTE ?? '').split(':').map(Number)
const connect = net.Socket.prototype.connect

net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (to && typeof options === 'object' && Number(options.port) === from) {
    options.port = to
    options.host = '127.0.0.1'
  }
  return connect.apply(this, args)
}
