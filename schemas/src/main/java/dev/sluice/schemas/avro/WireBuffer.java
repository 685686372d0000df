package dev.sluice.schemas.avro;

import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * A reusable buffer that writes the Confluent wire format: a zero byte, the schema id, then Avro.
 * Not thread-safe.
 */
final class WireBuffer {

  static final int HEADER_BYTES = 5;

  private final Bytes out = new Bytes();
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);

  /** Empties the buffer and writes the header. */
  BinaryEncoder begin(int schemaId) {
    out.length = 0;
    out.write(0);
    out.write(schemaId >>> 24);
    out.write(schemaId >>> 16);
    out.write(schemaId >>> 8);
    out.write(schemaId);
    return encoder;
  }

  byte[] end() {
    return Arrays.copyOf(out.bytes, out.length);
  }

  /**
   * A growing array. The one of java.io takes a lock for each of the twenty writes that a small row
   * needs.
   */
  private static final class Bytes extends OutputStream {
    private byte[] bytes = new byte[512];
    private int length;

    @Override
    public void write(int value) {
      ensure(1);
      bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
      ensure(count);
      System.arraycopy(source, offset, bytes, length, count);
      length += count;
    }

    private void ensure(int more) {
      if (bytes.length - length < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
      }
    }
  }
}
