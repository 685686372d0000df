package dev.sluice.capture.ddl;

import dev.sluice.capture.stream.SourceEvent.EngineColumn;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TypeMapping;
import dev.sluice.schemas.table.ValueKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Columns as the engine knows them, beside columns as information_schema has them. Stateless. */
final class ColumnShapes {

  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("integer", "int"),
          Map.entry("int1", "tinyint"),
          Map.entry("int2", "smallint"),
          Map.entry("int3", "mediumint"),
          Map.entry("middleint", "mediumint"),
          Map.entry("int4", "int"),
          Map.entry("int8", "bigint"),
          Map.entry("bool", "tinyint"),
          Map.entry("boolean", "tinyint"),
          Map.entry("numeric", "decimal"),
          Map.entry("dec", "decimal"),
          Map.entry("fixed", "decimal"),
          Map.entry("real", "double"),
          Map.entry("double precision", "double"),
          Map.entry("float4", "float"),
          Map.entry("float8", "double"),
          Map.entry("character", "char"),
          Map.entry("nchar", "char"),
          Map.entry("national char", "char"),
          Map.entry("national character", "char"),
          Map.entry("character varying", "varchar"),
          Map.entry("nvarchar", "varchar"),
          Map.entry("national varchar", "varchar"),
          Map.entry("geomcollection", "geometrycollection"));

  private static final Set<String> WITH_LENGTH =
      Set.of("char", "varchar", "binary", "varbinary", "bit", "vector");
  private static final Set<String> TIMES = Set.of("time", "datetime", "timestamp");
  private static final int DECIMAL_PRECISION = 10;
  private static final int BIG_UNSIGNED_PRECISION = 20;

  private ColumnShapes() {}

  /** True when rows over either columns hold the same values; order does not matter. */
  static boolean sameRows(List<ColumnSchema> planned, List<ColumnSchema> now) {
    return planned.size() == now.size()
        && planned.stream().allMatch(p -> now.stream().anyMatch(n -> sameValues(p, n)));
  }

  private static boolean sameValues(ColumnSchema planned, ColumnSchema now) {
    boolean members = !planned.isEnumOrSet() || planned.columnType().equals(now.columnType());
    return planned.name().equalsIgnoreCase(now.name())
        && planned.kind() == now.kind()
        && planned.precision() == now.precision()
        && planned.scale() == now.scale()
        && planned.unsigned() == now.unsigned()
        && planned.nullable() == now.nullable()
        && members
        && sameCharset(planned.charset(), now.charset());
  }

  /** Older servers call utf8mb3 utf8. */
  private static boolean sameCharset(String one, String other) {
    return Objects.equals(
        "utf8".equals(one) ? "utf8mb3" : one, "utf8".equals(other) ? "utf8mb3" : other);
  }

  /** True when both describe the same column, as far as rows can tell. */
  static boolean same(ColumnSchema known, EngineColumn engine) {
    String type = dataType(engine);
    boolean sizes =
        switch (type) {
          case "decimal" ->
              known.precision() == precision(engine) && known.scale() == scale(engine);
          case "time", "datetime", "timestamp" -> known.scale() == Math.max(0, engine.length());
          case "enum", "set" -> true;
          default ->
              !WITH_LENGTH.contains(type)
                  || engine.length() < 0
                  || known.columnType().contains("(" + engine.length() + ")");
        };
    return known.name().equalsIgnoreCase(engine.name())
        && known.dataType().equals(type.equals("geometrycollection") ? known.dataType() : type)
        && known.unsigned() == unsigned(engine)
        && known.nullable() == engine.nullable()
        && sizes
        && membersAgree(known, engine)
        && (known.charset() == null
            || engine.charset() == null
            || known.charset().equalsIgnoreCase(engine.charset()));
  }

  private static boolean membersAgree(ColumnSchema known, EngineColumn engine) {
    if (!known.isEnumOrSet() || engine.members().isEmpty()) {
      return true;
    }
    String members =
        engine.members().stream()
            .map(m -> m.startsWith("'") ? m : "'" + m.replace("'", "''") + "'")
            .collect(Collectors.joining(","));
    return known.columnType().equalsIgnoreCase(known.dataType() + "(" + members + ")");
  }

  /** The column out of the engine's words alone; empty when its type cannot be carried. */
  static Optional<ColumnSchema> built(EngineColumn engine) {
    String type = dataType(engine);
    boolean unsigned = unsigned(engine);
    Optional<ValueKind> kind = TypeMapping.kindOf(type, unsigned);
    return kind.map(
        k ->
            new ColumnSchema(
                engine.name(),
                type,
                columnType(engine, type, unsigned),
                k,
                type.equals("decimal")
                    ? precision(engine)
                    : type.equals("bigint") && unsigned ? BIG_UNSIGNED_PRECISION : 0,
                type.equals("decimal")
                    ? scale(engine)
                    : TIMES.contains(type) ? Math.max(0, engine.length()) : 0,
                engine.nullable(),
                unsigned,
                k == ValueKind.TEXT ? engine.charset() : null,
                null,
                false,
                engine.autoIncrement()));
  }

  private static String columnType(EngineColumn engine, String type, boolean unsigned) {
    String size = "";
    if (type.equals("decimal")) {
      size = "(" + precision(engine) + "," + scale(engine) + ")";
    } else if (!engine.members().isEmpty()) {
      size =
          engine.members().stream()
              .map(m -> m.startsWith("'") ? m : "'" + m.replace("'", "''") + "'")
              .collect(Collectors.joining(",", "(", ")"));
    } else if (WITH_LENGTH.contains(type) && engine.length() >= 0
        || TIMES.contains(type) && engine.length() > 0) {
      size = "(" + engine.length() + ")";
    } else if (type.equals("bit")) {
      size = "(1)";
    }
    return type + size + (unsigned ? " unsigned" : "");
  }

  private static int precision(EngineColumn engine) {
    return engine.length() < 0 ? DECIMAL_PRECISION : engine.length();
  }

  private static int scale(EngineColumn engine) {
    return Math.max(0, engine.scale());
  }

  private static List<String> words(EngineColumn engine) {
    return Arrays.asList(engine.type().toLowerCase(Locale.ROOT).split("\\s+"));
  }

  private static boolean unsigned(EngineColumn engine) {
    return words(engine).contains("unsigned") || words(engine).contains("zerofill");
  }

  static String dataType(EngineColumn engine) {
    String plain =
        words(engine).stream()
            .filter(word -> !word.equals("unsigned") && !word.equals("signed"))
            .filter(word -> !word.equals("zerofill"))
            .collect(Collectors.joining(" "));
    int bracket = plain.indexOf('(');
    String name = bracket < 0 ? plain : plain.substring(0, bracket).trim();
    return SYNONYMS.getOrDefault(name, name);
  }
}
