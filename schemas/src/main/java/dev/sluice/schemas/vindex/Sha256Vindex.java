package dev.sluice.schemas.vindex;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Keyspace id = the first 8 bytes, big-endian, of SHA-256 over a value's canonical bytes (FIPS
 * 180-4). It is not Vitess's {@code hash} vindex. Not thread-safe: it reuses one digest.
 */
public final class Sha256Vindex {

  private final MessageDigest digest;

  public Sha256Vindex() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256, which every JVM must have", e);
    }
  }

  /** The keyspace id, an unsigned 64-bit number. */
  public long keyspaceId(byte[] canonical) {
    byte[] hash = digest.digest(canonical);
    long id = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      id = id << 8 | (hash[i] & 0xffL);
    }
    return id;
  }
}
