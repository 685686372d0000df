package dev.sluice.vdiff.scan;

import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sidecar.Markers;
import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.workflow.ApplierId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Where a connection sees the streams and appliers: inside its snapshot, if one is open. */
final class Places {

  /** Where an applier's checkpoints stand against the cuts of the markers. */
  enum Arrival {
    BEFORE,
    THERE,
    BEYOND
  }

  private final Checkpoints checkpoints;
  private final Markers markers;
  private final MoveSides sides;

  Places(String sidecar, MoveSides sides) {
    this.checkpoints = new Checkpoints(sidecar);
    this.markers = new Markers(sidecar);
    this.sides = sides;
  }

  boolean sees(Connection connection, String token) throws SQLException {
    return markers.exists(connection, token);
  }

  /** Where the shard's checkpoints stand; THERE only if every stream's does. */
  Arrival arrival(ShardScanner scanner, List<JournalFollower.Passed> first) throws SQLException {
    ShardRef shard = scanner.shard();
    ApplierId applier =
        new ApplierId(
            sides.record().name(),
            sides.record().uuid(),
            sides.direction(),
            shard.name(),
            shard.number());
    boolean all = true;
    for (int stream = 0; stream < sides.read().size(); stream++) {
      long wanted = first.get(stream).journalOffset();
      long there =
          checkpoints
              .read(scanner.connection(), applier, sides.read().get(stream).name())
              .map(Checkpoint::journalOffset)
              .orElse(-1L);
      if (there > wanted) {
        return Arrival.BEYOND;
      }
      all &= there == wanted;
    }
    return all ? Arrival.THERE : Arrival.BEFORE;
  }
}
