package dev.sluice.schemas.vindex;

import java.util.Objects;

/**
 * How a table's rows are placed: the column, and the vindex type ({@code sha256} is the only one).
 */
public record VindexSpec(String column, String type) {

  public static final String SHA256 = "sha256";

  public VindexSpec {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(type, "type");
    if (!SHA256.equals(type)) {
      throw new IllegalArgumentException("vindex type \"" + type + "\" is unknown: write sha256");
    }
  }
}
