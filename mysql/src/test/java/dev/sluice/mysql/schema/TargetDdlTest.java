package dev.sluice.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetDdlTest {

  private static ColumnDescription column(
      String name, String type, String charset, String collation) {
    return new ColumnDescription(name, type, type, charset, collation, true, 0, 0, "");
  }

  private static TableDescription table(String collation, ColumnDescription... columns) {
    return new TableDescription(
        "s", "t", "BASE TABLE", "InnoDB", collation, 0, 0, false, List.of(columns), List.of());
  }

  @Test
  void theCollationThatOldServersLeaveOutIsWrittenOut() {
    TableDescription table =
        table(
            "utf8mb4_general_ci",
            column("id", "int", null, null),
            column("v", "varchar", "utf8mb4", "utf8mb4_general_ci"),
            column("l", "char", "latin1", "latin1_bin"));
    TargetDdl ddl =
        TargetDdl.of(
            table,
            """
            CREATE TABLE `t` (
              `id` int(11) NOT NULL AUTO_INCREMENT,
              `v` varchar(20) DEFAULT 'COLLATE x, (',
              `l` char(3) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL COMMENT 'a),b',
              PRIMARY KEY (`id`),
              KEY `k` (`v`)
            ) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC COMMENT='AUTO_INCREMENT=9'""");
    assertThat(ddl.full())
        .isEqualTo(
            """
            CREATE TABLE `t` (
              `id` int(11) NOT NULL AUTO_INCREMENT,
              `v` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT 'COLLATE x, (',
              `l` char(3) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL COMMENT 'a),b',
              PRIMARY KEY (`id`),
              KEY `k` (`v`)
            ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC COMMENT='AUTO_INCREMENT=9' DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci""");
    assertThat(ddl.withoutDeferred()).doesNotContain("KEY `k`");
    assertThat(ddl.addStatement(ddl.deferred())).contains("ALTER TABLE `t` ADD KEY `k` (`v`)");
  }

  @Test
  void filePlacesAreLeftOut() {
    TargetDdl ddl =
        TargetDdl.of(
            table("latin1_bin", column("id", "int", null, null)),
            "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  PRIMARY KEY (`id`)\n) /*!50100 TABLESPACE `x` */ ENGINE=InnoDB"
                + " DEFAULT CHARSET=latin1 COLLATE=latin1_bin DATA DIRECTORY='/a b/' KEY_BLOCK_SIZE=8");
    assertThat(ddl.full())
        .endsWith(") ENGINE=InnoDB KEY_BLOCK_SIZE=8 DEFAULT CHARSET=latin1 COLLATE=latin1_bin");
  }

  @Test
  void indexesThatNobodyCouldWriteBesideAreMadeWithTheTable() {
    TargetDdl ddl =
        TargetDdl.of(
            table("latin1_bin", column("id", "int", null, null)),
            "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  PRIMARY KEY (`id`),\n  KEY `b` (`b`),\n"
                + "  FULLTEXT KEY `f` (`a`),\n  FULLTEXT KEY `g` (`c`),\n  SPATIAL KEY `s` (`p`)\n) ENGINE=InnoDB");
    assertThat(ddl.deferred()).extracting(DeferredIndex::name).containsExactly("b");
    assertThat(ddl.withoutDeferred())
        .contains("FULLTEXT KEY `f`", "FULLTEXT KEY `g`", "SPATIAL KEY `s`")
        .doesNotContain("KEY `b`");
    assertThat(ddl.addStatement(List.of())).isEmpty();
  }

  @Test
  void textThatIsNoDefinitionIsRefused() {
    TableDescription table = table("latin1_bin");
    assertThatThrownBy(() -> TargetDdl.of(table, "SELECT (1)"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TargetDdl.of(table, "CREATE TABLE `t` (`a` int"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DdlScanner.tokens("'open"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DdlScanner.tokens("/*! open"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void versionsAreReadAndCompared() {
    assertThat(ServerVersion.parse("8.0.36-28.1-log").atLeast(8, 0, 36)).isTrue();
    assertThat(ServerVersion.parse("5.7.44").atLeast(8, 0, 0)).isFalse();
    assertThat(ServerVersion.parse("9.7.4-2").atLeast(9, 6, 99)).isTrue();
    assertThat(ServerVersion.parse("10.11.6-MariaDB").mariaDb()).isTrue();
    assertThatThrownBy(() -> ServerVersion.parse("x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void renamedCollationsAreTheSame() {
    assertThat(Collations.same("utf8_bin", "utf8mb3_bin")).isTrue();
    assertThat(Collations.same("utf8mb4_bin", "utf8mb3_bin")).isFalse();
    assertThat(Collations.same(null, null)).isTrue();
    assertThat(Collations.charsetOf("utf8mb4_0900_ai_ci")).isEqualTo("utf8mb4");
    assertThat(Collations.charsetOf("binary")).isEqualTo("binary");
    assertThat(TargetSchemaCheck.comparableType("int(11) unsigned")).isEqualTo("int unsigned");
    assertThat(TargetSchemaCheck.comparableType("enum('A','int(3)')"))
        .isEqualTo("enum('A','int(3)')");
    assertThat(TargetSchemaCheck.comparableType("decimal(10,2)")).isEqualTo("decimal(10,2)");
  }
}
