package dev.sluice.schemas.avro;

import java.io.ByteArrayOutputStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * A reusable buffer that writes the Confluent wire format: a zero byte, the schema id, then Avro.
 * Not thread-safe.
 */
final class WireBuffer {

  static final int HEADER_BYTES = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);

  /** Empties the buffer and writes the header. */
  BinaryEncoder begin(int schemaId) {
    out.reset();
    out.write(0);
    out.write(schemaId >>> 24);
    out.write(schemaId >>> 16);
    out.write(schemaId >>> 8);
    out.write(schemaId);
    return encoder;
  }

  byte[] end() {
    return out.toByteArray();
  }
}
