import type { NextConfig } from 'next'

/**
 * Headers that are the same for every answer of Next. The content security policy needs a nonce per
 * request and is set in proxy.ts.
 */
const headers = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
]

const config: NextConfig = {
  poweredByHeader: false,
  typedRoutes: false,
  turbopack: { root: import.meta.dirname },
  // Native code, worker threads or one copy per process: loaded by Node, never bundled.
  serverExternalPackages: [
    'secp256k1',
    'pg',
    'pino',
    'thread-stream',
    'undici',
    'graphile-worker',
    // Large, and needed on the server as they are: bundling them would only make the build slower.
    'mppx',
    '@x402/core',
    '@x402/evm',
    'viem',
    'ox',
  ],
  // `npm run verify` checks all types, those of tests included; a build for the demo need not do it again.
  typescript: { ignoreBuildErrors: true },
  // The demo and the tests open the dashboard by IP address as well as by name.
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  // A page that was loaded when a person pointed at its link is shown for half a minute without asking again.
  experimental: { staleTimes: { dynamic: 0, static: 30 } },
  headers: async () => [{ source: '/:path*', headers }],
  // Where directories look for the sign of a seller.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
}

export default config
