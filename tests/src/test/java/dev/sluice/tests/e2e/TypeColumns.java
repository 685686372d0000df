package dev.sluice.tests.e2e;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every type of MySQL 9.7 with values at its edges, as SQL; some are random, by seed. */
final class TypeColumns {

  private static final String SET_NAMES =
      IntStream.range(0, 64).mapToObj(i -> "'m" + i + "'").collect(Collectors.joining(","));

  private final Random random;
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private TypeColumns(long seed) {
    random = new Random(seed);
  }

  /** Column types, each with its values. */
  static Map<String, List<String>> all(long seed) {
    TypeColumns columns = new TypeColumns(seed);
    columns.integers();
    columns.reals();
    columns.texts();
    columns.binaries();
    columns.members();
    columns.json();
    columns.times();
    columns.structures();
    return columns.values;
  }

  private void add(String type, String... edges) {
    values.put(type, List.of(edges));
  }

  private void integers() {
    integer("TINYINT", 8);
    integer("SMALLINT", 16);
    integer("MEDIUMINT", 24);
    integer("INT", 32);
    integer("BIGINT", 64);
    add("BOOLEAN", "TRUE", "FALSE", "-7");
    add("TINYINT(3) UNSIGNED ZEROFILL", "7", "255", "0");
    add("INT(8) ZEROFILL", "42", "4294967295");
    add("BIGINT(20) ZEROFILL", "42", "18446744073709551615");
    add("INT DEFAULT 5", "NULL", "DEFAULT", "5", "6");
    add("BIT(1)", "b'0'", "b'1'");
    add("BIT(13)", "b'0'", "b'1000000000001'", Integer.toString(random.nextInt(1 << 13)));
    add("BIT(64)", "18446744073709551615", "0", "9223372036854775808", "1");
  }

  private void integer(String type, int bits) {
    BigInteger half = BigInteger.ONE.shiftLeft(bits - 1);
    BigInteger one = BigInteger.ONE;
    add(
        type,
        half.negate().toString(),
        half.subtract(one).toString(),
        "0",
        new BigInteger(bits - 1, random).negate().toString());
    add(
        type + " UNSIGNED",
        half.shiftLeft(1).subtract(one).toString(),
        half.toString(),
        "0",
        new BigInteger(bits, random).toString());
  }

  private void reals() {
    String nines = "9".repeat(35) + "." + "9".repeat(30);
    String least = "0." + "0".repeat(29) + "1";
    add("DECIMAL(65,30)", nines, "-" + nines, least, "-" + least, "0", "1.5");
    add("DECIMAL(65,0)", "9".repeat(65), "-" + "9".repeat(65), "0");
    add("DECIMAL(30,30)", "0." + "9".repeat(30), "-" + least);
    add("DECIMAL(10,2) UNSIGNED ZEROFILL", "1.5", "99999999.99");
    add(
        "FLOAT",
        "3.402823466e38",
        "-3.402823466e38",
        "1.175494351e-38",
        "1.4e-45",
        "-0e0",
        "0.1",
        "16777217",
        Float.toString(random.nextFloat()),
        Double.toString((double) Float.intBitsToFloat(random.nextInt(0x7f000000))));
    add("FLOAT(7,4)", "999.9999", "-0.0001", "0.1");
    add("FLOAT UNSIGNED", "0", "3.4e38");
    add(
        "DOUBLE",
        "1.7976931348623157e308",
        "-1.7976931348623157e308",
        "2.2250738585072014e-308",
        "5e-324",
        "-0e0",
        "1e23",
        "0.1",
        "5.684341886080802e-14",
        Double.toString(random.nextGaussian()));
    add("DOUBLE(20,5)", "123456789012.12345", "-0.00001");
    add("REAL UNSIGNED", "1e300");
  }

  private void texts() {
    String wide = "'👩🏽‍🚀𝄞 ü€ e\u0301 ﷽'";
    add("CHAR(10)", "'ab  '", "''", "'  x'", "'ü€𝄞'");
    add("CHAR(255)", "REPEAT('𝄞', 255)", "''");
    add("VARCHAR(60)", "'ab  '", "''", "'a\\0b\\n\\r\\t\\Z\\\\\\'\"'", wide, "'\\\\N'", "'NULL'");
    add("VARCHAR(3000)", "REPEAT('é', 3000)", "RPAD('', 256, ' ')");
    add("NCHAR(5)", "N'äöü'", "''");
    add("TINYTEXT", "REPEAT('x', 255)", "''");
    add("TEXT", "REPEAT('xy', 32767)", wide);
    add("MEDIUMTEXT", "REPEAT('é€', 60000)", "'{fn x} ? :a %s'");
    add("LONGTEXT", "REPEAT('0123456789', 120000)", "''");
    add("VARCHAR(40) COLLATE utf8mb4_bin", "'a '", "'A'");
  }

  private void binaries() {
    add("BINARY(8)", "X'00'", "X'0102000000000000'", "X'FF20'", "''");
    add("BINARY(255)", hex(255), "''");
    add("VARBINARY(300)", "X''", "X'00FF2000'", hex(300), "X'5C4E09270A00'");
    add("TINYBLOB", hex(255), "X''");
    add("BLOB", "REPEAT(X'00FF5C270A', 13000)", "X''");
    add("MEDIUMBLOB", "REPEAT(X'1A0D0A5C', 40000)", hex(10));
    add("LONGBLOB", "REPEAT(X'DEADBEEF00', 250000)", "X'00'");
  }

  private String hex(int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return "X'" + HexFormat.of().formatHex(content) + "'";
  }

  private void members() {
    add(
        "ENUM('a','','it''s','b,c','back\\\\slash','ü','日本',' lead','tab\tx','line\nx','123','0','NULL','\"q\"')",
        "'a'",
        "''",
        "'it''s'",
        "'b,c'",
        "'back\\\\slash'",
        "'ü'",
        "'日本'",
        "' lead'",
        "'tab\tx'",
        "'line\nx'",
        "'123'",
        "'0'",
        "'NULL'",
        "'\"q\"'");
    String many =
        IntStream.range(0, 300).mapToObj(i -> "'e" + i + "'").collect(Collectors.joining(","));
    add("ENUM(" + many + ")", "'e0'", "'e255'", "'e299'");
    add("ENUM('é','?','z') CHARACTER SET latin1", "'é'", "'?'");
    add("SET(" + SET_NAMES + ")", "'m63'", "''", "'m0,m63'", "18446744073709551615");
    add("SET('x','it''s','ü ','\\\\','')", "''", "'x,it''s'", "'ü,\\\\'", "31");
  }

  private void json() {
    String deep = "[".repeat(80) + "]".repeat(80);
    List<String> all =
        new ArrayList<>(
            List.of(
                "'" + deep + "'",
                "'{\"a\":{\"b\":[{\"c\":[null,true,{\"\":\"\"}]}]},\"k.e y\":1}'",
                "'[18446744073709551615,-9223372036854775808,9007199254740993]'",
                "'[0.1,1e23,1e-7,100000.0,-0.0,5.684341886080802e-14,1.7976931348623157e308]'",
                "'\"é 😀 \\\\\\\\ \\\\\" \\\\u0001 \\\\/ \\\\n\"'",
                "'{}'",
                "'[]'",
                "'null'",
                "'\"\"'",
                "JSON_OBJECT('d', CAST(1.25 AS DECIMAL(20,2)), 'big', CAST(12345 AS DECIMAL(30,0)))",
                "JSON_OBJECT('dt', CAST('2020-01-02 03:04:05.6' AS DATETIME(6)), 'd', DATE'2020-01-02')",
                "JSON_ARRAY(CAST('-100:11:12.000001' AS TIME(6)), CAST('00:00:00' AS TIME))",
                "JSON_ARRAY(X'00FF', b'101', _binary'abc', CAST(2024 AS YEAR))",
                "JSON_ARRAY(TRUE, FALSE, NULL, 1, -1, 1e0)",
                "JSON_OBJECT('long', REPEAT('ö', 70000))"));
    values.put("JSON", all);
  }

  private void times() {
    add("DATE", "'0000-01-01'", "'1000-01-01'", "'9999-12-31'", "'1969-12-31'", "'2024-02-29'");
    for (int digits = 0; digits <= 6; digits++) {
      String fraction = digits == 0 ? "" : "." + "9".repeat(digits);
      String last = digits == 0 ? "" : "." + "0".repeat(digits - 1) + "1";
      String some = digits == 0 ? "" : "." + (random.nextInt(900_000) + 100_000);
      some = digits == 0 ? "" : some.substring(0, 1 + digits);
      add(
          "TIME(" + digits + ")",
          "'-838:59:58" + fraction + "'",
          "'838:59:58" + fraction + "'",
          "'-00:00:00" + last + "'",
          "'-24:00:01" + some + "'",
          "'00:00:00'",
          "'-838:59:59'");
      add(
          "DATETIME(" + digits + ")",
          "'1000-01-01 00:00:00" + last + "'",
          "'9999-12-31 23:59:59" + fraction + "'",
          "'1969-12-31 23:59:59" + fraction + "'",
          "'2024-03-31 02:30:00" + some + "'");
      add(
          "TIMESTAMP(" + digits + ") NULL",
          "'1970-01-01 00:00:01" + last + "'",
          "'2038-01-19 03:14:07" + last + "'",
          "'2024-03-31 02:30:00" + some + "'");
    }
    add(
        "DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
        "DEFAULT",
        "NULL");
    add("YEAR", "'0000'", "1901", "2155", "2024");
  }

  private void structures() {
    add("POINT", "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(-1e300 5e-324)')");
    add("POINT SRID 4326", "ST_GeomFromText('POINT(89.5 -179.5)', 4326)");
    add(
        "GEOMETRY",
        "ST_GeomFromText('LINESTRING(1 2, 3 4)', 4326)",
        "ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')",
        "ST_GeomFromText('POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,2 1,2 2,1 2,1 1))', 3857)",
        "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')");
    add("LINESTRING SRID 0", "ST_GeomFromText('LINESTRING(0 0,1 1,-2 5)')");
    add("POLYGON", "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')");
    add("MULTIPOINT", "ST_GeomFromText('MULTIPOINT((0 0),(1 1))')");
    add("MULTILINESTRING", "ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))')");
    add("MULTIPOLYGON", "ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')");
    add("GEOMETRYCOLLECTION", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 4326)");
    add("VECTOR(3)", "X'0000C03F0100000000000080'", "STRING_TO_VECTOR('[0]')");
    add("VECTOR", "STRING_TO_VECTOR(CONCAT('[', REPEAT('0.1,', 2047), '7]'))");
  }
}
