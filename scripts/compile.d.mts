export declare const production: { name: string; entries: Record<string, string> }
export declare function compile(what?: { name: string; entries: Record<string, string> }): Promise<boolean>
