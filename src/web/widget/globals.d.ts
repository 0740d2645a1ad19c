declare module '*.css' {
  export const css: string
}

/** Sixteen hex digits of the chat module this loader was built with; replaced when bundling. */
declare const CHAT_HASH: string

interface Window {
  ReplyX?: import('./shared/contract.ts').ReplyXFunction
}
