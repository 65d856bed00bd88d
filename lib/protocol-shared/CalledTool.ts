/** A tool called over MCP, as the protocols' bindings need it. */

/** `_meta` of a call's parameters, unchecked, as the agent sent it. */
export type CallMeta = Readonly<Record<string, unknown>>

/** The HTTP headers that are equal to the payment in `_meta`. */
export type CallHeaders = readonly (readonly [name: string, value: string])[]

export type CalledTool = { name: string; inputSchema: Readonly<Record<string, unknown>> }
