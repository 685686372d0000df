package dev.sluice.apply.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.KeyDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.table.TableSchema;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetFitTest {

  private static ColumnDescription column(String name, String type) {
    String dataType = type.replaceAll("[( ].*", "");
    String[] digits = type.replaceAll("[^0-9,]", "").split(",");
    boolean decimal = dataType.equals("decimal");
    boolean time = dataType.equals("datetime") || dataType.startsWith("time");
    boolean text = dataType.contains("char") || dataType.equals("enum");
    return new ColumnDescription(
        name,
        dataType,
        type,
        text ? "utf8mb4" : null,
        text ? "utf8mb4_bin" : null,
        false,
        decimal ? Integer.parseInt(digits[0]) : 0,
        decimal
            ? Integer.parseInt(digits[1])
            : time && !digits[0].isEmpty() ? Integer.parseInt(digits[0]) : 0,
        "");
  }

  private static TableDescription table(List<KeyDescription> keys, ColumnDescription... columns) {
    return new TableDescription(
        "s", "t", "BASE TABLE", "InnoDB", "utf8mb4_bin", 0, 0, false, List.of(columns), keys);
  }

  private static TableSchema rows(ColumnDescription... columns) {
    return new TableSchema(
        "t",
        List.of(columns).stream().map(c -> c.toSchema().orElseThrow()).toList(),
        List.of("id"),
        List.of());
  }

  private static List<String> problems(String rows, String target) {
    return TargetFit.problems(
        rows(column("id", "int"), column("c", rows)),
        table(List.of(), column("id", "int"), column("C", target)),
        List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "varchar(20);varchar(10)",
        "varchar(20);text",
        "char(5);char(3)",
        "bigint;int",
        "int;int unsigned",
        "decimal(10,2);decimal(8,3)",
        "datetime(3);datetime(6)",
        "binary(4);binary(4)",
        "varbinary(9);blob",
        "enum('a');enum('b','c')"
      })
  void strictSessionsRefuseWhatDoesNotFitSoItMayPass(String rows, String target) {
    assertThat(problems(rows, target)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "decimal(10,2);decimal(10,1)",
        "decimal(10,2);double",
        "datetime(6);datetime(3)",
        "datetime;timestamp",
        "datetime;date",
        "double;float",
        "varchar(9);char(9)",
        "varchar(9);enum('a')",
        "varbinary(4);binary(8)",
        "binary(4);binary(8)",
        "int;varchar(20)",
        "json;text"
      })
  void whatWouldChangeWithoutAWordIsAProblem(String rows, String target) {
    assertThat(problems(rows, target)).hasSize(1);
  }

  @Test
  void aColumnThatTheTargetLacksIsNeverLeftOut() {
    DdlStatement ddl = new DdlStatement("t", "ALTER TABLE t ADD more INT", "g:1");
    TargetFit fit = new TargetFit(ddl, "applier -80");

    assertThatThrownBy(
            () ->
                fit.require(
                    rows(column("id", "int"), column("more", "int")),
                    table(List.of(), column("id", "int"), column("kept", "int")),
                    List.of("id", "kept")))
        .hasMessageContaining("no column more int")
        .hasMessageContaining("kept is NOT NULL without a default")
        .hasMessageContaining("applier -80");
    assertThatThrownBy(() -> fit.requireEmpty(true)).hasMessageContaining("still holds rows");
  }

  private static Optional<String> keyProblem(KeyDescription... keys) {
    return TargetFit.keyProblem(
        rows(column("id", "int"), column("c", "varchar(20)")),
        table(List.of(keys), column("id", "int"), column("c", "varchar(20)")));
  }

  private static KeyDescription key(String name, boolean unique, KeyDescription.Part... parts) {
    return new KeyDescription(name, unique, "BTREE", true, List.of(parts));
  }

  /** REPLACE meets the older form of a row only by such a key. */
  @Test
  void aTargetNeedsAUniqueKeyOverTheKeyOfTheRows() {
    KeyDescription.Part id = new KeyDescription.Part("ID", 0);
    KeyDescription.Part part = new KeyDescription.Part("id", 3);
    KeyDescription.Part expression = new KeyDescription.Part(null, 0);
    KeyDescription.Part c = new KeyDescription.Part("c", 0);

    assertThat(keyProblem(key("PRIMARY", true, c, id)).orElseThrow())
        .contains("no unique key over [id]");
    assertThat(keyProblem()).isPresent();
    assertThat(keyProblem(key("k", false, id))).isPresent();
    assertThat(keyProblem(key("k", true, part))).isPresent();
    assertThat(keyProblem(key("k", true, expression))).isPresent();

    assertThat(keyProblem(key("PRIMARY", true, id))).isEmpty();
    assertThat(keyProblem(key("PRIMARY", true, c, id), key("u", true, id))).isEmpty();
  }

  /** Its primary key, too: a REPLACE would delete the row that has the same c. */
  @Test
  void whatTellsTheTargetsRowsApartIsAKeyMore() {
    KeyDescription.Part id = new KeyDescription.Part("id", 0);
    KeyDescription.Part c = new KeyDescription.Part("c", 0);
    TableSchema rows = rows(column("id", "int"), column("c", "int"));

    TableDescription other =
        table(
            List.of(key("PRIMARY", true, c), key("u", true, id)),
            column("id", "int"),
            column("c", "int"));
    assertThat(WrittenTables.withMoreKeys(rows, other).secondaryUniqueKeys())
        .containsExactly(new TableSchema.UniqueKey("PRIMARY", List.of("c")));

    TableDescription same =
        table(List.of(key("PRIMARY", true, id)), column("id", "int"), column("c", "int"));
    assertThat(WrittenTables.withMoreKeys(rows, same)).isEqualTo(rows);
  }

  @Test
  void writersKnowTheTargetsUniqueKeys() {
    KeyDescription.Part id = new KeyDescription.Part("id", 0);
    KeyDescription.Part c = new KeyDescription.Part("c", 0);
    KeyDescription.Part other = new KeyDescription.Part("generated", 0);
    TableDescription target =
        table(
            List.of(
                new KeyDescription("PRIMARY", true, "BTREE", true, List.of(id)),
                new KeyDescription("u", true, "BTREE", true, List.of(c)),
                new KeyDescription("plain", false, "BTREE", true, List.of(c)),
                new KeyDescription("g", true, "BTREE", true, List.of(other))),
            column("id", "int"),
            column("c", "int"));

    TableSchema table = TargetFit.withKeysOf(target, rows(column("id", "int"), column("c", "int")));

    assertThat(table.secondaryUniqueKeys())
        .containsExactly(new TableSchema.UniqueKey("u", List.of("c")));
  }
}
