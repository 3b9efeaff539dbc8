/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
/** An object that JSON can hold. */
export type JsonObject = { [key: string]: JsonValue }

/** A page of a list, newest first. `nextCursor` is null on the last page; hand it back unchanged for the next. */
export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}
