package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.mysql.schema.DeferredIndex;
import dev.sluice.mysql.schema.ForeignKeyDescription;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TargetDdl;
import dev.sluice.mysql.schema.TargetSchemaCheck;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class TargetDdlServerTest {

  private static final String EVERYTHING =
      "CREATE TABLE `odd ``name, (1)` ("
          + " id INT UNSIGNED NOT NULL AUTO_INCREMENT,"
          + " seq INT NOT NULL DEFAULT 7,"
          + " parent INT UNSIGNED NULL,"
          + " `a,b` VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'x,)''\\\\' COMMENT 'it''s, (not) so; */ easy\n',"
          + " c CHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
          + " u VARCHAR(40) CHARACTER SET utf8 COLLATE utf8_unicode_ci,"
          + " d VARCHAR(20),"
          + " e ENUM('a','b,c','d''e)') NOT NULL DEFAULT 'b,c',"
          + " s SET('x','y') CHARACTER SET ascii,"
          + " t TEXT NOT NULL, bin VARBINARY(20), j JSON,"
          + " dt DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"
          + " g VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
          + "   GENERATED ALWAYS AS (CONCAT(c, '),(', d)) VIRTUAL,"
          + " h INT GENERATED ALWAYS AS (seq + 1) STORED,"
          + " p POINT NOT NULL /*!80003 SRID 4326 */,"
          + " PRIMARY KEY (id),"
          + " UNIQUE KEY u1 (c, d(3)),"
          + " KEY k1 (seq),"
          + " KEY k2 (d, e),"
          + " KEY k3 (parent),"
          + " KEY k4 (g),"
          + " FULLTEXT KEY ft (t),"
          + " SPATIAL KEY sp (p),"
          + " CONSTRAINT fk1 FOREIGN KEY (parent) REFERENCES `odd ``name, (1)` (id) ON DELETE CASCADE"
          + ") ENGINE=InnoDB AUTO_INCREMENT=1000 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
          + " ROW_FORMAT=DYNAMIC COMMENT='AUTO_INCREMENT=5, COLLATE=x'";

  private static final String NAME = "odd `name, (1)";

  private static Connection onOther(TestServer server) {
    return new MySqlSessions("t")
        .open(server.endpoint(server.admin(), server.otherSchema()), SessionProfile.CONTROL);
  }

  @Test
  void aTableWithEverythingIsMadeAgain(TestServer server) throws SQLException {
    server.execute(EVERYTHING);
    try (Connection source = server.connectAsAdmin();
        Connection target = onOther(server)) {
      TargetDdl ddl = TargetDdl.read(source, server.schema(), NAME);

      Queries.update(target, ddl.full());

      InformationSchema targetSchema = new InformationSchema(target);
      TableDescription made = targetSchema.require(server.otherSchema(), NAME);
      TableDescription original = new InformationSchema(source).require(server.schema(), NAME);
      assertThat(TargetSchemaCheck.compare(original, made)).isEmpty();
      assertThat(made.keys()).isEqualTo(original.keys());
      assertThat(made.columns()).isEqualTo(original.columns());
      assertThat(made.toSchema()).isEqualTo(original.toSchema());
      assertThat(ddl.droppedForeignKeys()).hasSize(1).first().asString().contains("fk1");
      assertThat(targetSchema.showCreate(server.otherSchema(), NAME))
          .contains("COMMENT='AUTO_INCREMENT=5, COLLATE=x'")
          .doesNotContain("AUTO_INCREMENT=1000")
          .doesNotContain("fk1");
      assertThat(TargetSchemaCheck.isEmpty(target, server.otherSchema(), NAME)).isTrue();
    }
  }

  @Test
  void deferredIndexesComeBackAndNothingElseIsDeferred(TestServer server) throws SQLException {
    server.execute(EVERYTHING);
    try (Connection source = server.connectAsAdmin();
        Connection target = onOther(server)) {
      TargetDdl ddl = TargetDdl.read(source, server.schema(), NAME);
      assertThat(ddl.deferred())
          .extracting(DeferredIndex::name)
          .containsExactlyInAnyOrder("k1", "k2", "k4");

      Queries.update(target, ddl.withoutDeferred());
      InformationSchema targetSchema = new InformationSchema(target);
      TableDescription bare = targetSchema.require(server.otherSchema(), NAME);
      List<DeferredIndex> missing = ddl.missingIndexes(bare);
      assertThat(missing).hasSize(3);
      Queries.update(target, ddl.addStatement(missing).orElseThrow());

      TableDescription whole = targetSchema.require(server.otherSchema(), NAME);
      assertThat(ddl.missingIndexes(whole)).isEmpty();
      assertThat(whole.keys())
          .isEqualTo(new InformationSchema(source).require(server.schema(), NAME).keys());
    }
  }

  @Test
  void partitionsChecksAndInvisibleColumnsAreKept(TestServer server) throws SQLException {
    try (Connection source = server.connectAsAdmin();
        Connection target = onOther(server)) {
      assumeThat(new InformationSchema(source).version().atLeast(8, 0, 23)).isTrue();
      Queries.update(
          source,
          "CREATE TABLE p (id BIGINT NOT NULL, v INT INVISIBLE DEFAULT (1 + 1), w INT, CONSTRAINT w_ok CHECK (w > 0 AND w <> 9),"
              + " PRIMARY KEY (id), KEY f ((w + 1)), KEY i (w) INVISIBLE) PARTITION BY RANGE (id)"
              + " (PARTITION p0 VALUES LESS THAN (10) COMMENT 'a*/b', PARTITION p1 VALUES LESS THAN MAXVALUE)");
      TargetDdl ddl = TargetDdl.read(source, server.schema(), "p");

      Queries.update(target, ddl.withoutDeferred());
      Queries.update(target, ddl.addStatement(ddl.deferred()).orElseThrow());

      InformationSchema both = new InformationSchema(target);
      assertThat(both.showCreate(server.otherSchema(), "p"))
          .isEqualTo(both.showCreate(server.schema(), "p"));
      assertThat(both.require(server.schema(), "p").partitioned()).isTrue();
    }
  }

  @Test
  void anAutoIncrementColumnThatIsNotTheKeyKeepsItsIndex(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE a (k VARCHAR(5) NOT NULL PRIMARY KEY, n INT NOT NULL AUTO_INCREMENT, KEY n1 (n), KEY n2 (n, k))");
    try (Connection source = server.connectAsAdmin();
        Connection target = onOther(server)) {
      TargetDdl ddl = TargetDdl.read(source, server.schema(), "a");
      Queries.update(target, ddl.withoutDeferred());
      assertThat(ddl.deferred()).extracting(DeferredIndex::name).containsExactly("n2");
    }
  }

  @Test
  void everyDifferenceOfAnExistingTableIsListed(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE d (id INT PRIMARY KEY, a INT(3) NOT NULL, b VARCHAR(5), c CHAR(1), x INT, UNIQUE KEY ux (x))",
        "CREATE TABLE "
            + Identifiers.qualified(server.otherSchema(), "d")
            + " (c CHAR(1), id BIGINT PRIMARY KEY, a INT NULL, b VARCHAR(5) COLLATE utf8mb4_bin, y INT, UNIQUE KEY uy (c))");
    try (Connection connection = server.connectAsAdmin()) {
      InformationSchema schema = new InformationSchema(connection);
      List<TargetSchemaCheck.Difference> differences =
          TargetSchemaCheck.compare(
              schema.require(server.schema(), "d"), schema.require(server.otherSchema(), "d"));
      assertThat(differences)
          .extracting(TargetSchemaCheck.Difference::object)
          .containsExactlyInAnyOrder("id", "a", "b", "x", "y", "uy", "ux");
    }
  }

  @Test
  void foreignKeysAreFoundFromBothEnds(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE parent (a INT, b INT, PRIMARY KEY (a, b))",
        "CREATE TABLE child (id INT PRIMARY KEY, a INT, b INT,"
            + " CONSTRAINT f1 FOREIGN KEY (a, b) REFERENCES parent (a, b) ON UPDATE CASCADE)",
        "CREATE TABLE `"
            + server.otherSchema()
            + "`.outside (id INT PRIMARY KEY, a INT, b INT,"
            + " CONSTRAINT f2 FOREIGN KEY (a, b) REFERENCES `"
            + server.schema()
            + "`.parent (a, b))");
    try (Connection connection = server.connectAsAdmin()) {
      List<ForeignKeyDescription> keys =
          new InformationSchema(connection).foreignKeys(server.schema(), List.of("parent"));
      assertThat(keys)
          .extracting(ForeignKeyDescription::name)
          .containsExactlyInAnyOrder("f1", "f2");
      assertThat(keys).allSatisfy(key -> assertThat(key.columns()).containsExactly("a", "b"));
      assertThat(keys).filteredOn(ForeignKeyDescription::cascades).hasSize(1);
    }
    server.execute("DROP TABLE `" + server.otherSchema() + "`.outside");
  }
}
