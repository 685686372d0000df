package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class GtidServerTest {

  private static final String[] UUIDS = {
    "3e11fa47-71ca-11e1-9e33-c80aa9429562", "0a1fa47b-71ca-11e1-9e33-c80aa9429562"
  };
  private static final String[] TAGS = {"", "alpha", "z_9"};

  @Test
  void setsAgreeWithTheServersOwnFunctions(TestServer server) throws SQLException {
    long seed = 20_261_120;
    Random random = new Random(seed);
    try (Connection connection = server.connect(SessionProfile.CONTROL)) {
      String version = Queries.text(connection, "SELECT @@version").orElseThrow();
      int tags = ServerVersion.parse(version).atLeast(8, 3, 0) ? TAGS.length : 1;
      for (int round = 0; round < 300; round++) {
        GtidSet a = random(random, tags);
        GtidSet b = random(random, tags);
        String arguments =
            "(" + Literals.string(a.toString()) + ", " + Literals.string(b.toString()) + ")";
        String subtracted =
            Queries.text(connection, "SELECT GTID_SUBTRACT" + arguments).orElseThrow();
        boolean subset =
            Queries.text(connection, "SELECT GTID_SUBSET" + arguments)
                .filter("1"::equals)
                .isPresent();
        assertThat(a.subtract(b))
            .as("seed %s round %s: %s", seed, round, arguments)
            .isEqualTo(GtidSet.parse(subtracted));
        assertThat(b.contains(a))
            .as("seed %s round %s: %s", seed, round, arguments)
            .isEqualTo(subset);
        if (!a.subtract(b).isEmpty()) {
          assertThat(a.subtract(b).toString()).isEqualTo(subtracted.replace("\n", ""));
        }
      }
    }
  }

  private static GtidSet random(Random random, int tags) {
    GtidSet set = GtidSet.EMPTY;
    int size = random.nextInt(12);
    for (int i = 0; i < size; i++) {
      String tag = TAGS[random.nextInt(tags)];
      String uuid = UUIDS[random.nextInt(UUIDS.length)];
      set = set.add(uuid + (tag.isEmpty() ? "" : ":" + tag) + ":" + (1 + random.nextInt(12)));
    }
    return set;
  }

  @Test
  void waitsForWhatIsExecutedAndGivesUpOnWhatIsNot(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    try (Connection connection = server.connect(SessionProfile.READER)) {
      GtidSet executed = GtidWaiter.executed(connection);
      assertThat(executed.isEmpty()).isFalse();
      assertThat(GtidWaiter.waitFor(connection, executed, Duration.ofSeconds(5))).isTrue();
      GtidSet never = GtidSet.parse(UUIDS[0] + ":1-5");
      assertThat(GtidWaiter.waitFor(connection, never, Duration.ofMillis(10))).isFalse();
      assertThat(executed.contains(GtidWaiter.purged(connection))).isTrue();
    }
  }
}
