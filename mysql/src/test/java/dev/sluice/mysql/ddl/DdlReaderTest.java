package dev.sluice.mysql.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.ddl.TableDdl.Effect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DdlReaderTest {

  private static final TableName CUSTOMER = new TableName("commerce", "customer");

  private static boolean concerned(String statement) {
    return DdlReader.read(statement, "commerce").filter(d -> d.concerns(CUSTOMER)).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "RENAME TABLE customer TO former|GONE",
        "rename table a TO b, `commerce` . `customer` to c|GONE",
        "RENAME TABLE new TO customer|GONE",
        "RENAME TABLE commerce.customer TO other.customer|GONE",
        "/* by a tool */ ALTER TABLE commerce.customer RENAME TO x|GONE",
        "ALTER TABLE customer RENAME x|GONE",
        "ALTER TABLE x RENAME AS customer|GONE",
        "ALTER TABLE `customer` ADD COLUMN c INT|SHAPE",
        "ALTER TABLE customer ADD c INT, ADD INDEX (c)|SHAPE",
        "ALTER TABLE customer ADD (c INT, d INT)|SHAPE",
        "ALTER TABLE customer DROP c|SHAPE",
        "ALTER TABLE customer DROP partition|SHAPE",
        "ALTER TABLE customer MODIFY c BIGINT COMMENT 'a, rename table customer'|SHAPE",
        "ALTER TABLE customer RENAME COLUMN a TO b|SHAPE",
        "ALTER TABLE customer DROP PRIMARY KEY, ADD PRIMARY KEY (b)|SHAPE",
        "ALTER TABLE customer ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b (a)|SHAPE",
        "ALTER TABLE customer ENGINE=InnoDB|SHAPE",
        "ALTER TABLE customer CONVERT TO CHARACTER SET utf8mb4|SHAPE",
        "ALTER /*!80000 TABLE */ customer /*!50100 ADD c INT */|SHAPE",
        "ALTER TABLE customer ADD INDEX (a), DROP KEY b, RENAME INDEX c TO d|INDEX",
        "ALTER TABLE customer ADD CONSTRAINT u UNIQUE (a)|INDEX",
        "ALTER TABLE customer ADD FULLTEXT KEY (a) -- why not|INDEX",
        "CREATE INDEX e ON customer (email)|INDEX",
        "CREATE UNIQUE INDEX e USING BTREE ON `customer`(email)|INDEX",
        "DROP INDEX `e` ON commerce.customer|INDEX",
        "ALTER TABLE customer ADD PARTITION (PARTITION p VALUES LESS THAN (9))|PARTITION",
        "ALTER TABLE customer ENGINE InnoDB PARTITION BY HASH (id) PARTITIONS 4|PARTITION",
        "ALTER TABLE customer REMOVE PARTITIONING|PARTITION",
        "ALTER TABLE customer DROP PARTITION p1, p2|GONE",
        "ALTER TABLE customer TRUNCATE PARTITION p1|GONE",
        "ALTER TABLE other EXCHANGE PARTITION p WITH TABLE customer|GONE",
        "ALTER TABLE customer DISCARD TABLESPACE|GONE",
        "TRUNCATE customer|TRUNCATE",
        "TRUNCATE TABLE `commerce`.customer|TRUNCATE",
        "DROP TABLE IF EXISTS a,customer|GONE",
        "DROP DATABASE commerce|GONE"
      })
  void concerns(String statement, Effect effect) {
    assertThat(concerned(statement)).isTrue();
    assertThat(DdlReader.read(statement, "commerce").orElseThrow().effect()).isEqualTo(effect);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE customers ADD COLUMN c INT",
        "ALTER TABLE elsewhere.customer ADD COLUMN c INT",
        "ALTER TABLE other ADD FOREIGN KEY (c) REFERENCES customer (id)",
        "ALTER TABLE other COMMENT 'RENAME TO customer'",
        "CREATE TABLE other LIKE customer",
        "CREATE INDEX customer ON other (email)",
        "RENAME TABLE customer_old TO old",
        "CREATE TABLE customer2 (id INT)",
        "CREATE VIEW v AS SELECT * FROM customer",
        "CREATE TRIGGER pt_osc_ins AFTER INSERT ON customer FOR EACH ROW SET @a = 1",
        "DROP TRIGGER customer",
        "DROP DATABASE customer",
        "DROP TEMPORARY TABLE customer",
        "ANALYZE TABLE customer",
        "GRANT SELECT ON customer TO x",
        "CREATE SOMETHING NEW 'unclosed",
        ""
      })
  void doesNotConcern(String statement) {
    assertThat(concerned(statement)).isFalse();
  }

  @Test
  void linesOfCommentsAreLeftOut() {
    assertThat(concerned("# RENAME\n-- x\nTRUNCATE -- y\n customer")).isTrue();
    assertThat(concerned("ANALYZE TABLE a -- \nRENAME TABLE customer TO b")).isFalse();
  }

  @Test
  void theSessionsSchemaCounts() {
    assertThat(DdlReader.read("ALTER TABLE customer ADD c INT", "other").orElseThrow())
        .matches(ddl -> !ddl.concerns(CUSTOMER));
  }

  @Test
  void aSwapByAToolIsSeen() {
    TableDdl ghost =
        DdlReader.read(
                "rename /* gh-ost */ table `commerce`.`customer` to `commerce`.`_customer_del`,"
                    + " `commerce`.`_customer_gho` to `commerce`.`customer`",
                "commerce")
            .orElseThrow();
    assertThat(ghost.swappedFor(CUSTOMER)).contains(new TableName("commerce", "_customer_gho"));
    TableDdl plain = DdlReader.read("RENAME TABLE customer TO b", "commerce").orElseThrow();
    assertThat(plain.swappedFor(CUSTOMER)).isEmpty();
  }

  @Test
  void clausesKeepTheirText() {
    TableDdl ddl =
        DdlReader.read(
                "ALTER TABLE customer ADD d DECIMAL(3,1) /* x */ NULL , DROP INDEX `a`;", "c")
            .orElseThrow();
    assertThat(ddl.clauses())
        .containsExactly(
            new AlterClause(AlterClause.Kind.COLUMN, "ADD d DECIMAL(3,1) /* x */ NULL"),
            new AlterClause(AlterClause.Kind.INDEX, "DROP INDEX `a`"));
  }
}
