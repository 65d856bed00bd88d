export declare function compile(): Promise<boolean>
export declare function programOf(file: string): { compile(): Promise<boolean>; path: string }
