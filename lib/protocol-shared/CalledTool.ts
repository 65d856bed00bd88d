/** A tool that is called over MCP, as the protocols' bindings need it. */

/** `_meta` of a call's parameters: whatever the agent sent. */
export type CallMeta = Readonly<Record<string, unknown>>

/** What a payment in it is over HTTP. */
export type CallHeaders = readonly (readonly [name: string, value: string])[]

export type CalledTool = { name: string; inputSchema: Readonly<Record<string, unknown>> }
