/** A buffer with the first bytes of this one, and with room for so many: at least twice as large. */
export function enlarged(buffer: Buffer, length: number, room: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(room, buffer.length * 2))
  buffer.copy(larger, 0, 0, length)
  return larger
}
