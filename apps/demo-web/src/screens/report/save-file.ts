/** How long a browser may take to begin saving, in ms, before the file's address is given up. */
const SAVED_WITHIN_MS = 60_000

/** Has the browser save what this page made. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  saveAddress(url, name)
  setTimeout(() => URL.revokeObjectURL(url), SAVED_WITHIN_MS)
}

/** Has the browser save what an address leads to. Other origins decide on the name themselves. */
export function saveAddress(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
