/** A tool that is called over MCP, as the protocols' bindings need it. */

/** `_meta` of a call's parameters: whatever the agent sent. */
export type Meta = Readonly<Record<string, unknown>>

/** What a payment in it is over HTTP. */
export type Headers = readonly (readonly [name: string, value: string])[]

export type Tool = { name: string; inputSchema: Readonly<Record<string, unknown>> }
