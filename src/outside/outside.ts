/** Every system we talk to over a network. Each is a plain client that knows nothing of the application. */
export type Outside = Record<never, never>
