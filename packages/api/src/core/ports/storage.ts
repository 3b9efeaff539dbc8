/** Where recordings are kept. Keys are made by the server from ids and hold only letters, digits, "-", "/" and ".". */
export interface Storage {
  /**
   * Writes a stream whole or not at all: readers never see part of it, and a failed write leaves nothing behind.
   * `bytes` is the exact size.
   */
  write(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: { bytes: number; contentType: string },
  ): Promise<void>
  /** A part of an object, both ends inclusive; the whole where `range` is absent. Throws where there is none. */
  read(key: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>
  /** Size in bytes, or null where there is no such object. */
  size(key: string): Promise<number | null>
  delete(key: string): Promise<void>
  /** An address to which a client may PUT the object itself; null where clients upload through this server. */
  presignPut(
    key: string,
    options: { bytes: number; contentType: string; expiresInSeconds: number },
  ): Promise<{ url: string; headers: Record<string, string> } | null>
  /** An address from which the object can be read, Range included; null where it is read through this server. */
  presignGet(key: string, options: { contentType: string; expiresInSeconds: number }): Promise<string | null>
}
