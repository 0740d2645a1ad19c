/** The environment variable of a setting: `ollama.url` → `REPLYX_OLLAMA_URL`. */
export function envName(name: string): string {
  return `REPLYX_${name.replaceAll('.', '_').toUpperCase()}`
}
