import { generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto'
import { getBase58Decoder } from '@solana/kit'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { expect, it } from 'vitest'
import { createCtx, type Ctx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import {
  beginWalletLink,
  findAgent,
  findSession,
  issueConfirmation,
  linkWallet,
  unlinkWallet,
  type Challenge,
} from '..'
import { createAgentSession } from '../agent-session'
import { addMember } from '../add-member'
import { walletsMax } from './WalletLink'

const merchantId = '11111111-1111-4111-8111-111111111111'
const newAccount = () => privateKeyToAccount(generatePrivateKey())
type Account = ReturnType<typeof newAccount>
const walletOf = (account: Account) => account.address.toLowerCase()
const ctxOf = (account: Account): Ctx => createCtx({ kind: 'agent', id: walletOf(account) })

async function sign(account: Account, challenge: Challenge.SiweChallenge) {
  const message = createSiweMessage({
    ...challenge,
    address: account.address,
    issuedAt: new Date(challenge.issuedAt),
    expirationTime: new Date(challenge.expirationTime),
  })
  return { message, signature: await account.signMessage({ message }) }
}

/** `account` is signed in, and `other` signs. */
async function link(account: Account, other: Account): Promise<string> {
  const signed = await sign(other, beginWalletLink(ctxOf(account), walletOf(account)))
  return linkWallet(ctxOf(account), walletOf(account), signed)
}

/** What a session of the wallet may read. */
async function walletsOf(account: Account): Promise<readonly string[] | undefined> {
  return (await findAgent(await createAgentSession(walletOf(account), 60_000)))?.wallets
}

const events = (account: Account) =>
  db.query<{ type: string; data: object }>(sql`
    SELECT type, data FROM audit_event WHERE type LIKE 'wallet.%' AND data->>'wallet' = ${walletOf(account)} ORDER BY seq`)

it('links wallets that both proved themselves: each session reads all of them, its own first', async () => {
  const [alice, bob, carol] = [newAccount(), newAccount(), newAccount()]
  expect(await walletsOf(alice)).toEqual([walletOf(alice)])
  expect(await link(alice, bob)).toBe(walletOf(bob))
  await link(bob, carol)
  const all = [alice, bob, carol].map(walletOf)
  for (const one of [alice, bob, carol]) {
    const seen = await walletsOf(one)
    expect(seen?.[0]).toBe(walletOf(one))
    expect(seen?.toSorted()).toEqual(all.toSorted())
  }
  expect((await events(alice)).map(({ type }) => type)).toEqual(['wallet.linked'])
})

it('links a wallet of Solana by its own signature', async () => {
  const alice = newAccount()
  const keys = generateKeyPairSync('ed25519')
  const address = getBase58Decoder().decode(keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
  const challenge = beginWalletLink(ctxOf(alice), walletOf(alice))
  const signed = signSolana(keys.privateKey, address, challenge)
  expect(await linkWallet(ctxOf(alice), walletOf(alice), signed)).toBe(address)
  expect(await walletsOf(alice)).toEqual([walletOf(alice), address])
})

it('refuses a wallet that did not sign: a stranger names it, or signs for it', async () => {
  const [thief, victim] = [newAccount(), newAccount()]
  const challenge = beginWalletLink(ctxOf(thief), walletOf(thief))
  const own = await sign(thief, challenge)
  const forged = { ...own, message: own.message.replace(thief.address, victim.address) }
  for (const input of [
    forged,
    { ...forged, signature: await thief.signMessage({ message: forged.message }) },
    {},
    undefined,
    { message: '', signature: '0x' },
  ])
    await expect(linkWallet(ctxOf(thief), walletOf(thief), input)).rejects.toMatchObject({ code: 'not-signed-in' })
  expect(await walletsOf(victim)).toEqual([walletOf(victim)])
  expect(await walletsOf(thief)).toEqual([walletOf(thief)])
})

it('refuses a signature that was made for another purpose, another session or another time', async () => {
  const [thief, alice, bob] = [newAccount(), newAccount(), newAccount()]
  const late = { ...ctxOf(alice), now: () => Date.now() - 6 * 60_000 }
  const statement = beginWalletLink(ctxOf(thief), walletOf(thief)).statement
  for (const signed of [
    // Bob signed to be linked to Alice; the thief's session presents it.
    await sign(bob, beginWalletLink(ctxOf(alice), walletOf(alice))),
    // Bob confirmed something else on his own pages.
    await sign(bob, issueConfirmation(ctxOf(bob), walletOf(bob), 'Change payouts.')),
    // The nonce is of a confirmation, with the text of a link.
    await sign(bob, issueConfirmation(ctxOf(bob), walletOf(thief), statement)),
    await sign(bob, beginWalletLink(late, walletOf(thief))),
  ])
    await expect(linkWallet(ctxOf(thief), walletOf(thief), signed)).rejects.toMatchObject({ code: 'not-signed-in' })
  expect(await walletsOf(bob)).toEqual([walletOf(bob)])
})

it('uses a signature once: a replay links nothing again after an unlink', async () => {
  const [alice, bob] = [newAccount(), newAccount()]
  const signed = await sign(bob, beginWalletLink(ctxOf(alice), walletOf(alice)))
  const both = await Promise.allSettled([1, 2].map(() => linkWallet(ctxOf(alice), walletOf(alice), signed)))
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await unlinkWallet(ctxOf(bob), walletOf(bob), walletOf(bob))
  await expect(linkWallet(ctxOf(alice), walletOf(alice), signed)).rejects.toMatchObject({ code: 'not-signed-in' })
  expect(await walletsOf(alice)).toEqual([walletOf(alice)])
})

it('keeps a wallet with one person: it is refused while it is linked elsewhere, here, or is the signed-in one', async () => {
  const [alice, bob, carol, dave] = [newAccount(), newAccount(), newAccount(), newAccount()]
  await link(alice, bob)
  await link(carol, dave)
  await expect(link(carol, bob)).rejects.toMatchObject({ code: 'stale-state' })
  await expect(link(alice, bob)).rejects.toMatchObject({ code: 'stale-state' })
  await expect(link(alice, alice)).rejects.toMatchObject({ code: 'bad-input' })
  expect(await walletsOf(carol)).toEqual([carol, dave].map(walletOf))
  // A refused link leaves no row of the wallet that asked.
  const eve = newAccount()
  await expect(link(eve, bob)).rejects.toMatchObject({ code: 'stale-state' })
  expect(await db.query(sql`SELECT 1 FROM wallet_link WHERE wallet = ${walletOf(eve)}`)).toEqual([])
})

it('links two wallets once when each links the other at the same moment', async () => {
  for (let round = 0; round < 5; round++) {
    const [alice, bob, carol] = [newAccount(), newAccount(), newAccount()]
    const outcomes = await Promise.allSettled([link(alice, bob), link(bob, alice), link(alice, carol)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect((await walletsOf(carol))?.toSorted()).toEqual([alice, bob, carol].map(walletOf).toSorted())
  }
})

it('is undone by either wallet, and by no other', async () => {
  const [alice, bob, carol, stranger] = [newAccount(), newAccount(), newAccount(), newAccount()]
  await link(alice, bob)
  await link(alice, carol)
  for (const [who, which] of [
    [stranger, bob],
    [stranger, stranger],
    [alice, stranger],
  ] as const)
    await expect(unlinkWallet(ctxOf(who), walletOf(who), walletOf(which))).rejects.toMatchObject({ code: 'not-found' })
  await unlinkWallet(ctxOf(alice), walletOf(alice), walletOf(carol))
  expect(await walletsOf(carol)).toEqual([walletOf(carol)])
  expect(await walletsOf(alice)).toEqual([alice, bob].map(walletOf))
  await unlinkWallet(ctxOf(bob), walletOf(bob), walletOf(bob))
  expect(await walletsOf(alice)).toEqual([walletOf(alice)])
  // Both are free again.
  await link(carol, alice)
  expect((await events(alice)).map(({ type }) => type)).toEqual(['wallet.linked', 'wallet.linked', 'wallet.unlinked'])
})

it('stops at its limit', async () => {
  const alice = newAccount()
  for (let count = 1; count < walletsMax; count++) await link(alice, newAccount())
  await expect(link(alice, newAccount())).rejects.toMatchObject({ code: 'bad-input' })
  expect(await walletsOf(alice)).toHaveLength(walletsMax)
})

it('gives no right in a shop: a member’s link opens no dashboard', async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  const [owner, other] = [newAccount(), newAccount()]
  await withTransaction((tx) => addMember(tx, ctxOf(owner), { merchantId, address: walletOf(owner), role: 'owner' }))
  await link(owner, other)
  const token = await createAgentSession(walletOf(other), 60_000)
  expect(await findSession(token)).toBeUndefined()
  const rows = await db.query(sql`SELECT 1 FROM member WHERE address = ${walletOf(other)}`)
  expect(rows).toEqual([])
})

function signSolana(key: KeyObject, address: string, challenge: Challenge.SiweChallenge) {
  const { domain, statement, uri, version, nonce, issuedAt, expirationTime } = challenge
  const message = [
    `${domain} wants you to sign in with your Solana account:`,
    address,
    '',
    statement,
    '',
    `URI: ${uri}`,
    `Version: ${version}`,
    `Nonce: ${nonce}`,
    `Issued At: ${issuedAt}`,
    `Expiration Time: ${expirationTime}`,
  ].join('\n')
  return { message, signature: `0x${signBytes(null, Buffer.from(message), key).toString('hex')}` }
}
