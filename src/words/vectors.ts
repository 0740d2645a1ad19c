/** The cosine of the angle between two vectors of equal length, -1…1; 0 when either is all zeros. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0
  let lengthA = 0
  let lengthB = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    lengthA += a[i]! * a[i]!
    lengthB += b[i]! * b[i]!
  }
  return lengthA === 0 || lengthB === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}

/** A vector as the bytes it is stored in (float32, this machine's order). */
export function toBytes(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** The vector that bytes hold. */
export function toValues(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer) // a copy, because the bytes may start anywhere in a larger buffer
}
