import { ProtocolError } from '../../protocol/lp1.ts';
import type { Steps } from './collector.ts';

/** Type of a field's value. 64-bit integers are read as bigints. */
export type FieldType =
  | 'double'
  | 'fixed64'
  | 'sfixed64'
  | 'int'
  | 'uint'
  | 'sint'
  | 'bool'
  | 'string'
  | 'bytes';

/** A field of a message: its name, its type or the message that it contains, and whether it is repeated (`list`). */
export interface Field {
  name: string;
  type: FieldType | (() => Message);
  list?: boolean;
}

/** Schema of a message: its fields by number. Fields with other numbers are skipped. */
export type Message = Readonly<Record<number, Field>>;

/** A message that was read. Fields that were not sent are missing. */
export type Decoded = Record<string, unknown>;

/** Maximum depth of nested messages, and maximum of messages in one body. */
const MAX_DEPTH = 40;
const MAX_MESSAGES = 1_000_000;

/**
 * Reads a Protocol Buffers message. Repeated numbers may be packed or not; unknown fields are skipped.
 * Written by hand, because the small libraries do not notice a body that ends too early and read beyond its end.
 * Source: protobuf.dev, "Encoding". @throws ProtocolError `bad-request` (cut short, groups, nested too deep)
 */
export function* decodeMessage(bytes: Buffer, message: Message): Steps<Decoded> {
  const reader = new Reader(bytes);
  return yield* reader.message(message, bytes.length, 0);
}

/** Messages of at least this many bytes are read with pauses. */
const LARGE = 16_384;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #messages = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Reads a large message, with a pause after every 200 fields. */
  *message(message: Message, end: number, depth: number): Steps<Decoded> {
    const decoded = this.#open(depth);
    for (let n = 1; this.#at < end; n++) {
      const { field, wire } = this.#tag(message, end);
      const inner =
        field && typeof field.type === 'function' && wire === 2 ? field.type : undefined;
      if (!field || !inner) this.#value(decoded, { field, wire, end });
      else {
        const to = this.#length(end);
        const small = to - this.#at < LARGE;
        put(
          decoded,
          field,
          small
            ? this.#shortMessage(inner(), to, depth + 1)
            : yield* this.message(inner(), to, depth + 1),
        );
      }
      if (n % 200 === 0) yield;
    }
    return decoded;
  }

  #shortMessage(message: Message, end: number, depth: number): Decoded {
    const decoded = this.#open(depth);
    while (this.#at < end) {
      const { field, wire } = this.#tag(message, end);
      if (field && typeof field.type === 'function' && wire === 2) {
        put(decoded, field, this.#shortMessage(field.type(), this.#length(end), depth + 1));
      } else this.#value(decoded, { field, wire, end });
    }
    return decoded;
  }

  #open(depth: number): Decoded {
    if (depth > MAX_DEPTH) throw bad(`messages are nested deeper than ${MAX_DEPTH} levels`);
    if (++this.#messages > MAX_MESSAGES) throw bad(`it has more than ${MAX_MESSAGES} messages`);
    return Object.create(null) as Decoded;
  }

  #tag(message: Message, end: number): { field: Field | undefined; wire: number } {
    const tag = Number(this.#varint(end) & 0xffff_ffffn);
    if (tag >>> 3 === 0) throw bad('a field has the number 0');
    return { field: message[tag >>> 3], wire: tag & 7 };
  }

  /** Reads a field that contains no message, or skips an unknown one. */
  #value(
    decoded: Decoded,
    { field, wire, end }: { field: Field | undefined; wire: number; end: number },
  ): void {
    if (wire === 2) {
      const to = this.#length(end);
      if (field && typeof field.type === 'string') this.#bytesOf(decoded, field, to);
      this.#at = to;
      return;
    }
    const value = this.#scalar(wire, field, end);
    if (field && value !== undefined) put(decoded, field, value);
  }

  /** Reads text, bytes, or a packed list of numbers. */
  #bytesOf(decoded: Decoded, field: Field, to: number): void {
    const { type } = field;
    if (type === 'string') put(decoded, field, this.#bytes.toString('utf8', this.#at, to));
    else if (type === 'bytes') put(decoded, field, this.#bytes.subarray(this.#at, to));
    else {
      const wire = wireOf(type as FieldType);
      while (this.#at < to) put(decoded, field, this.#scalar(wire, field, to));
    }
  }

  /** Returns a number; undefined if the field is unknown or has another wire type. */
  #scalar(wire: number, field: Field | undefined, end: number): unknown {
    const type =
      field && typeof field.type === 'string' && wireOf(field.type) === wire
        ? field.type
        : undefined;
    if (wire === 0) {
      const value = this.#varint(end);
      return type && integer(type, value);
    }
    const size = wire === 1 ? 8 : wire === 5 ? 4 : 0;
    if (size === 0) throw bad(`the wire type ${wire} is not supported`);
    const at = this.#at;
    if (at + size > end) throw short();
    this.#at = at + size;
    if (type === 'double') return this.#bytes.readDoubleLE(at);
    if (type === 'fixed64') return this.#bytes.readBigUInt64LE(at);
    return type && this.#bytes.readBigInt64LE(at);
  }

  #length(end: number): number {
    const length = this.#varint(end);
    if (length > BigInt(end - this.#at)) throw short();
    return this.#at + Number(length);
  }

  #varint(end: number): bigint {
    const bytes = this.#bytes;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.#at >= end) throw short();
      const byte = bytes[this.#at++] as number;
      low |= (byte & 127) << shift;
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      if (this.#at >= end) throw short();
      const byte = bytes[this.#at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw bad('an integer has more than ten bytes');
  }
}

const wireOf = (type: FieldType): number => {
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return 1;
  return type === 'string' || type === 'bytes' ? 2 : 0;
};

function integer(type: FieldType, value: bigint): bigint | boolean {
  if (type === 'bool') return value !== 0n;
  if (type === 'uint') return value;
  if (type === 'sint') return (value >> 1n) ^ -(value & 1n);
  return BigInt.asIntN(64, value);
}

function put(decoded: Decoded, { name, list }: Field, value: unknown): void {
  if (!list) decoded[name] = value;
  else if (decoded[name]) (decoded[name] as unknown[]).push(value);
  else decoded[name] = [value];
}

const bad = (message: string): ProtocolError =>
  new ProtocolError('bad-request', `the body is not a protobuf message: ${message}`);
const short = (): ProtocolError => bad('it ends in the middle of a field');

/** Writes a field that contains text or a message. */
export function lengthField(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** Writes a field with a whole number of 0 or more. */
export const varintField = (number: number, value: number): Buffer =>
  Buffer.concat([varint(number * 8), varint(value)]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
