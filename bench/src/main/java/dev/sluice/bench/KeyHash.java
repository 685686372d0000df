package dev.sluice.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Where the {@code sha256} vindex places an integer, computed without Sluice's own code. */
final class KeyHash {
  private KeyHash() {}

  /** 0 for a key in the lower half of the key range, 1 for one in the upper half. */
  static int firstBit(long key) {
    try {
      byte[] text = Long.toString(key).getBytes(StandardCharsets.US_ASCII);
      return (MessageDigest.getInstance("SHA-256").digest(text)[0] & 0x80) >>> 7;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
