package dev.sluice.schemas.table;

/**
 * The forms a column's value takes between modules: the one list that Avro schemas, readers,
 * writers and the vindex agree on. The Java type is what a row's {@code Object[]} holds; NULL is
 * null.
 */
public enum ValueKind {
  /** {@code Long}; Avro int when the column fits 32 signed bits, else long. */
  INTEGER,
  /**
   * {@code java.math.BigDecimal} with the column's scale; Avro bytes, logical type decimal. BIGINT
   * UNSIGNED is (20, 0).
   */
  DECIMAL,
  /** {@code Float}; Avro float. */
  FLOAT,
  /** {@code Double}; Avro double. */
  DOUBLE,
  /**
   * {@code org.apache.avro.util.Utf8}: CHAR, VARCHAR, TEXT, ENUM, SET (members joined by commas);
   * Avro string.
   */
  TEXT,
  /**
   * {@code org.apache.avro.util.Utf8}: a JSON text without insignificant white space; Avro string.
   */
  JSON,
  /** {@code byte[]}: BINARY, VARBINARY, BLOB; Avro bytes. */
  BYTES,
  /** {@code byte[]}: big-endian, as many bytes as the bits need; Avro bytes. */
  BIT,
  /** {@code byte[]}: MySQL's internal form, 4 bytes SRID little-endian and WKB; Avro bytes. */
  GEOMETRY,
  /** {@code byte[]}: MySQL's internal form, 4-byte little-endian floats; Avro bytes. */
  VECTOR,
  /** {@code Long}: days from 1970-01-01; Avro int, logical type date. */
  DATE,
  /** {@code Long}: signed microseconds, up to 838:59:59.999999 either way; Avro long. */
  TIME,
  /**
   * {@code Long}: microseconds from 1970-01-01 without a time zone; Avro long,
   * local-timestamp-micros.
   */
  DATETIME,
  /** {@code Long}: microseconds from 1970-01-01 UTC; Avro long, timestamp-micros. */
  TIMESTAMP,
  /** {@code Long}; Avro int. */
  YEAR;

  /** True where the value is held as {@code byte[]}. */
  public boolean isBinary() {
    return this == BYTES || this == BIT || this == GEOMETRY || this == VECTOR;
  }

  /** True where the value is held as {@code Utf8}. */
  public boolean isText() {
    return this == TEXT || this == JSON;
  }
}
