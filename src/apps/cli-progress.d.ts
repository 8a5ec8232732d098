/** The part of cli-progress 3.12 that we use; the package has no types of its own. */
declare module 'cli-progress' {
  export interface BarOptions {
    readonly format: string;
    readonly barCompleteChar?: string;
    readonly barIncompleteChar?: string;
    readonly hideCursor?: boolean;
    readonly stream?: NodeJS.WriteStream;
    readonly fps?: number;
  }
  export class SingleBar {
    constructor(options: BarOptions);
    start(total: number, value: number, payload?: object): void;
    update(value: number, payload?: object): void;
    stop(): void;
  }
}
