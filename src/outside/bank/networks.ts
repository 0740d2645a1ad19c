import { BlockList, isIP } from 'node:net'

/** Whether an address lies in one of the networks (`10.0.0.0/8`, `::1` …); IPv4 within IPv6 counts as IPv4, nonsense lies nowhere. */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  const family = isIP(address)
  return family !== 0 && listOf(networks).check(address, family === 4 ? 'ipv4' : 'ipv6')
}

const lists = new WeakMap<readonly string[], BlockList>()

function listOf(networks: readonly string[]): BlockList {
  const known = lists.get(networks) ?? new BlockList()
  if (lists.has(networks)) return known
  lists.set(networks, known)
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) known.addAddress(address, family)
    else known.addSubnet(address, Number(bits), family)
  }
  return known
}
