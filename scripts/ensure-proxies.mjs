// Installs the proxies that the tests put in front of Sluice, where that can be done; with `--python` the HTTP libraries of the
// interop laboratory too. Elsewhere what needs them is skipped, and says so.
import { accessSync, constants } from 'node:fs'
import { canInstall, install } from './apt.mjs'

/** Debian's packages, and a file that each has. */
const proxies = {
  'nginx-light': '/usr/sbin/nginx',
  haproxy: '/usr/sbin/haproxy',
  varnish: '/usr/sbin/varnishd',
  apache2: '/usr/sbin/apache2',
  caddy: '/usr/bin/caddy',
}
const python = Object.fromEntries(
  ['requests', 'httpx', 'aiohttp'].map((name) => [
    `python3-${name}`,
    `/usr/lib/python3/dist-packages/${name}/__init__.py`,
  ]),
)
const wanted = { ...proxies, ...(process.argv.includes('--python') && python) }

function isThere(file) {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

const missing = Object.entries(wanted).flatMap(([name, file]) => (isThere(file) ? [] : [name]))
if (missing.length === 0) console.log('Proxies are installed.')
else if (!canInstall())
  console.log(`Not installed: ${missing.join(', ')}. Run \`sudo apt-get install ${missing.join(' ')}\`.`)
else {
  console.log(`Installing ${missing.join(', ')} with apt-get (once, about a minute) …`)
  try {
    install(...missing)
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
