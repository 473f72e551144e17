export declare function minified(source: string): string;
