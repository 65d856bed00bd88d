import { createServer, request as send, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, signIn, test } from '../fixtures'
import { fillResource } from '../resource-form'

/** A proxy that names us as it pleases, as `proxy_pass` alone does: PUBLIC_URL says who we are, so every form works. */

/** Other people's names for us, all of which go through at once. */
type Named = { host: string; more?: Record<string, string> }

const passed: string[] = []

function startProxy({ host, more = {} }: Named, port: number): Promise<Server> {
  const proxy = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://x')
    passed.push(`${request.method} ${pathname}`)
    const { 'proxy-connection': _, ...headers } = request.headers
    const onward = send(
      {
        port,
        host: '127.0.0.1',
        method: request.method,
        path: pathname + search,
        headers: { ...headers, ...more, host },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  return new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(proxy)))
}

for (const [name, named] of Object.entries<Named>({
  'the address of the upstream': { host: '127.0.0.1:3502' },
  'our name without its port': { host: 'localhost' },
  'names of two proxies': {
    host: 'sluice.internal',
    more: {
      'x-forwarded-host': 'pay.example, sluice.internal',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    },
  },
}))
  test(`signing in and selling work behind a proxy that sends ${name}`, async ({ browser, demo }) => {
    const proxy = await startProxy(named, Number(new URL(demo.baseUrl).port))
    const { port } = proxy.address() as AddressInfo
    // The browser believes to speak to PUBLIC_URL, and hands all of it to the proxy.
    const server = `http://127.0.0.1:${port}`
    const context = await browser.newContext({ baseURL: demo.baseUrl, proxy: { server } })
    try {
      const page = await context.newPage()
      await signIn(page, demo)
      await page.goto('/resources/new')
      const path = `/behind-${Date.now()}`
      await fillResource(page, {
        address: `${demo.upstream.baseUrl}/echo`,
        price: '0.01',
        name: 'Sold behind a proxy',
        path,
      })
      await page.getByRole('button', { name: 'Put on sale' }).click()
      await page.waitForURL(/\/resources\/[0-9a-f-]{36}$/)
      expect(passed).toContain('POST /resources/new')
      expect((await fetch(`${demo.baseUrl}/gateway/${demo.merchant.slug}${path}`)).status).toBe(402)
      // A person without a session goes to our own sign-in page, through each proxy.
      const away = await fetch(`${server}/payments`, { redirect: 'manual' })
      const location = new URL(away.headers.get('location') ?? '', demo.baseUrl)
      expect(location.href).toBe(`${demo.baseUrl}/sign-in?next=%2Fpayments`)
    } finally {
      await context.close()
      proxy.closeAllConnections()
      proxy.close()
    }
  })
