import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callNode, openDoor } from './call-node'

// Made for this test alone, for the name localhost, as LND makes its own; valid until 2126.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg97JbpiiN7CH51zSV
bOv0GxxS3q6h0X4ZR+M3/CyOWtuhRANCAAS4V0VuBoq0ShvBpTJJPVkYIvBDtIvT
mlG6igY2N0MGJcNb9uQ0Hl79FRlwn5Addyd3WddwYcXnI8aTJ/Y2RPAq
-----END PRIVATE KEY-----`
const ownCertificate = `-----BEGIN CERTIFICATE-----
MIIBzjCCAXOgAwIBAgIUBaOnJnx0ygIHqo9aMZ9Q7Qc+y1EwCgYIKoZIzj0EAwIw
MDEfMB0GA1UECgwWbG5kIGF1dG9nZW5lcmF0ZWQgY2VydDENMAsGA1UEAwwEbm9k
ZTAgFw0yNjExMzAxMzQ5MzJaGA8yMTI2MTEwNjEzNDkzMlowMDEfMB0GA1UECgwW
bG5kIGF1dG9nZW5lcmF0ZWQgY2VydDENMAsGA1UEAwwEbm9kZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABLhXRW4GirRKG8GlMkk9WRgi8EO0i9OaUbqKBjY3QwYl
w1v25DQeXv0VGXCfkB13J3dZ13BhxecjxpMn9jZE8CqjaTBnMB0GA1UdDgQWBBQf
+uqEBXCyAp865M4jzMb+GUxyIDAfBgNVHSMEGDAWgBQf+uqEBXCyAp865M4jzMb+
GUxyIDAPBgNVHRMBAf8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAKBggq
hkjOPQQDAgNJADBGAiEApcd1EPjU7D6ZPAzKhL+NzXsIC6gfmLhhMLVmL+5j7+kC
IQCaQOb6B3NcTRXubZaLV9s2RxiYIX8h+F3h+4I9UUdGuw==
-----END CERTIFICATE-----`
const otherCertificate = `-----BEGIN CERTIFICATE-----
MIIBzDCCAXOgAwIBAgIUSzW3+2HIzYBj/nYSqg1pK3PkLWkwCgYIKoZIzj0EAwIw
MDEfMB0GA1UECgwWbG5kIGF1dG9nZW5lcmF0ZWQgY2VydDENMAsGA1UEAwwEbm9k
ZTAgFw0yNjExMzAxMzQ5MzJaGA8yMTI2MTEwNjEzNDkzMlowMDEfMB0GA1UECgwW
bG5kIGF1dG9nZW5lcmF0ZWQgY2VydDENMAsGA1UEAwwEbm9kZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABGUXu8UDFghsC+XmGWyeI8uef0JnikzZSo04TwUwCf1x
fODuG3ovoDPrHnr+XX0hzCNN2V8IVRCsaH493/isWDujaTBnMB0GA1UdDgQWBBRK
ORkryY136JTzbdA7byj7GwCKrjAfBgNVHSMEGDAWgBRKORkryY136JTzbdA7byj7
GwCKrjAPBgNVHRMBAf8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAKBggq
hkjOPQQDAgNHADBEAiA6nbJTwNQCLKfGniWoNERLum8eEfXAeg/hhlekOOeBdgIg
OJs6x+TuopAEvFC3WblnpObfICZsueX+tP16NChcpgE=
-----END CERTIFICATE-----`

/** Of another machine, signed by the first key. */
const neighbour = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9DqQI1HC3AE7U0wn
ERjykygF4OZ4jxpXJOLU6fbG9UChRANCAARuMLCoTaxkbbvJU2IxgOHt73LfmHPw
eyBnB7gSn1mntrPL7vh81kRPrrl5rVYp/SGSDXMXtnYk2KifNPbJk1G0
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBtDCCAVmgAwIBAgIUO+AYmKMdqZTH9ESBKgJhFd0tBgEwCgYIKoZIzj0EAwIw
MDEfMB0GA1UECgwWbG5kIGF1dG9nZW5lcmF0ZWQgY2VydDENMAsGA1UEAwwEbm9k
ZTAgFw0yNjExMzAxNDI0MTdaGA8yMTI2MTEwNjE0MjQxN1owFDESMBAGA1UEAwwJ
bmVpZ2hib3VyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbjCwqE2sZG27yVNi
MYDh7e9y35hz8HsgZwe4Ep9Zp7azy+74fNZET665ea1WKf0hkg1zF7Z2JNionzT2
yZNRtKNrMGkwHAYDVR0RBBUwE4IRbmVpZ2hib3VyLmV4YW1wbGUwCQYDVR0TBAIw
ADAdBgNVHQ4EFgQUOkcu5itizc6wuGthMx/yaFy0eW4wHwYDVR0jBBgwFoAUH/rq
hAVwsgKfOuTOI8zG/hlMciAwCgYIKoZIzj0EAwIDSQAwRgIhAKKrggR7o/q4ZpJf
NtlbirSYOj6i4OZRv8UfRAtKBAoSAiEAv7m/dSildEwY8c/zBJ/SVHpayZCWf2mL
p9YjaOC1cME=
-----END CERTIFICATE-----`,
}

let server: Server
let url = ''

beforeAll(async () => {
  server = createServer({ key, cert: ownCertificate }, (request, response) => {
    if (request.url === '/lines') return void response.write('one\n')
    response.end(`${request.method} ${request.url} ${request.headers['x-secret']}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const get = (path: string, door: ReturnType<typeof openDoor>) =>
  callNode(door, { method: 'GET', path, timeoutMs: 10_000 })

it('takes exactly the certificate that the operator named, whatever the address', async () => {
  const answer = await get('/v1/getinfo', openDoor(`${url}/base/`, { 'x-secret': 'aa' }, ownCertificate))
  expect(answer).toEqual({ status: 200, text: 'GET /base/v1/getinfo aa' })
})

it.each([
  ['another one', otherCertificate],
  ['none', undefined],
])('sends nothing where the operator named %s', async (_, tlsCert) => {
  const door = openDoor(url, { 'x-secret': 'aa' }, tlsCert)
  await expect(get('/', door)).rejects.toMatchObject({ name: 'LightningFault', kind: 'unreachable' })
})

it('sends nothing to another machine whose certificate the named one signed', async () => {
  const other = createServer(neighbour, (_, response) => response.end('secret taken'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const door = openDoor(`https://127.0.0.1:${(other.address() as AddressInfo).port}`, {}, ownCertificate)
  await expect(get('/', door)).rejects.toMatchObject({ kind: 'unreachable' })
  other.close()
})

it('reads the first line of a stream that does not end', async () => {
  const door = openDoor(url, {}, ownCertificate)
  const request = { method: 'GET', path: '/lines', timeoutMs: 10_000, isFirstLineEnough: true } as const
  expect(await callNode(door, request)).toEqual({ status: 200, text: 'one\n' })
})

it('says how long it waited', async () => {
  const door = openDoor(url, {}, ownCertificate)
  const silent = callNode(door, { method: 'GET', path: '/lines', timeoutMs: 300 })
  await expect(silent).rejects.toMatchObject({ kind: 'unknown', message: 'No answer of the node within 0.3 s.' })
})
