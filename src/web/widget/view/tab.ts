/** Opens an address that is not known yet in a tab of its own: the tab at once, while the browser still counts it as the visitor's wish. */
export async function openLater(address: Promise<string>): Promise<void> {
  const tab = window.open('', '_blank')
  try {
    const href = await address
    if (tab) {
      tab.opener = null
      tab.location.href = href
    } else location.href = href
  } catch (error) {
    tab?.close()
    throw error
  }
}
