package dev.sluice.controller.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.FakeSides;
import dev.sluice.controller.port.MoveServers.BinlogRoom;
import dev.sluice.controller.status.WorkflowStatus.ErrorView;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.keyspace.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BinlogWatchTest {

  private static final String SERVER = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final Endpoint READ =
      new Endpoint("db.example.org", 3306, "sluice", () -> "", "shop", Map.of());

  private BinlogRoom room = new BinlogRoom(Duration.ofHours(10), GtidSet.EMPTY);

  private Optional<ErrorView> look(Duration age) {
    FakeSides servers =
        new FakeSides() {
          @Override
          public BinlogRoom binlogs(Endpoint endpoint) {
            return room;
          }
        };
    Cut last =
        new Cut(
            "uuid",
            "-",
            1,
            9,
            1,
            CutKind.STREAM,
            SERVER + ":1-50",
            NOW.minus(age).toEpochMilli(),
            List.of(),
            0,
            Map.of(),
            List.of(),
            List.of(),
            null,
            -1,
            true,
            true);
    return new BinlogWatch(servers).look("m/forward/-", READ, last, NOW);
  }

  @Test
  void aPositionOlderThanHalfTheRetentionIsAWarning() {
    assertThat(look(Duration.ofHours(5))).isEmpty();
    ErrorView warning = look(Duration.ofHours(7)).orElseThrow();

    assertThat(warning.code()).isEqualTo("BINLOG_EXPIRES_SOON");
    assertThat(warning.message()).contains("m/forward/-", "db.example.org", "10 h", "in 3 h");
    assertThat(warning.remedy()).contains("binlog_expire_logs_seconds = 144000");
  }

  @Test
  void logsThatAreKeptForEverAreNoWorry() {
    room = new BinlogRoom(Duration.ZERO, GtidSet.EMPTY);

    assertThat(look(Duration.ofDays(100))).isEmpty();
  }

  @Test
  void whatIsPurgedAlreadyIsSaidWhileTheWorkflowIsStillStopped() {
    room = new BinlogRoom(Duration.ofHours(10), GtidSet.parse(SERVER + ":1-51"));

    assertThat(look(Duration.ofMinutes(1)).orElseThrow().code()).isEqualTo("BINLOG_PURGED");
    room = new BinlogRoom(Duration.ofHours(10), GtidSet.parse(SERVER + ":1-50"));
    assertThat(look(Duration.ofMinutes(1))).isEmpty();
  }
}
