export type Route = { method: string; path: string }
