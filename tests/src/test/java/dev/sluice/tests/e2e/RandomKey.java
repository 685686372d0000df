package dev.sluice.tests.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A shape of key: its columns, and what a number's key is. In expressions {@code {n}} stands for
 * the number, {@code {x}} for 0 or 1 where equal keys can be written in two ways.
 *
 * @param shared false when the server makes the keys, each for itself
 */
record RandomKey(
    String definition, String clause, List<String> names, List<String> values, boolean shared) {

  private static RandomKey of(String definition, String clause, String... namesAndValues) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      names.add(namesAndValues[i]);
      values.add(namesAndValues[i + 1]);
    }
    return new RandomKey(definition, clause, names, values, true);
  }

  static final List<RandomKey> ALL =
      List.of(
          of("k INT NOT NULL, ", "PRIMARY KEY (k)", "k", "{n}"),
          of("k BIGINT NOT NULL AUTO_INCREMENT, ", "PRIMARY KEY (k)", "k", "{n}"),
          of("k INT NOT NULL, ", "PRIMARY KEY (v, k)", "k", "{n}"),
          of(
              "k BIGINT UNSIGNED NOT NULL, ",
              "PRIMARY KEY (k)",
              "k",
              "CAST(18446744073709551615 AS UNSIGNED) - {n}"),
          of(
              "a VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "CONCAT(IF({x}, 'Ä', 'a'), {n}, IF({x}, ' k', ' K'))"),
          of(
              "a VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, b INT NOT NULL, ",
              "PRIMARY KEY (a, b)",
              "a",
              "CONCAT(IF({n} % 2, 'Ü', 'u'), {n} % 7, REPEAT(' ', {x}))",
              "b",
              "{n}"),
          of(
              "a VARCHAR(20) CHARACTER SET latin1 NOT NULL, ",
              "UNIQUE KEY only (a)",
              "a",
              "CONCAT(CHAR(223 USING latin1), {n})"),
          of(
              "a VARCHAR(20) CHARACTER SET gbk NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "CONCAT(_utf8mb4'中文', {n})"),
          of(
              "a BINARY(6) NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "UNHEX(CONCAT(LPAD(HEX({n}), 4, '0'), '00'))"),
          of(
              "a VARBINARY(8) NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "UNHEX(CONCAT('FF00', LPAD(HEX({n}), 4, '0'), '20'))"),
          of(
              "a ENUM('z','m','a','10') NOT NULL, b SET('x','y') NOT NULL, c INT NOT NULL, ",
              "PRIMARY KEY (a, b, c)",
              "a",
              "ELT(1 + {n} % 4, 'z', 'm', 'a', '10')",
              "b",
              "{n} % 4",
              "c",
              "{n}"),
          of(
              "a DATETIME(6) NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "TIMESTAMP'1969-12-31 23:59:59.999990' + INTERVAL {n} MICROSECOND"),
          of(
              "a TIMESTAMP(3) NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "TIMESTAMP'2024-03-31 02:00:00' + INTERVAL {n} * 1001000 MICROSECOND"),
          of(
              "a DATE NOT NULL, b TIME(2) NOT NULL, ",
              "PRIMARY KEY (b, a)",
              "a",
              "DATE'2000-02-20' + INTERVAL {n} % 9 DAY",
              "b",
              "SEC_TO_TIME({n} * -900.25)"),
          of("a DECIMAL(30,3) NOT NULL, ", "PRIMARY KEY (a)", "a", "{n} / 8 - 1"),
          of(
              "a BIT(64) NOT NULL, ",
              "PRIMARY KEY (a)",
              "a",
              "CAST(18446744073709551615 AS UNSIGNED) - {n}"),
          // the server adds an invisible key of its own
          new RandomKey("k INT NULL, ", "", List.of("k"), List.of("{n}"), false));

  /** The values of a number's key, in the order of {@link #names}. */
  List<String> valuesOf(String number, int way) {
    return values.stream()
        .map(value -> value.replace("{n}", number).replace("{x}", Integer.toString(way)))
        .toList();
  }

  /** A condition that the key of a number meets, and maybe others that count as equal. */
  String is(String table, String number) {
    List<String> wanted = valuesOf(number, 0);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      parts.add(table + "." + names.get(i) + " = " + wanted.get(i));
    }
    return parts.stream().collect(Collectors.joining(" AND ", "(", ")"));
  }
}
