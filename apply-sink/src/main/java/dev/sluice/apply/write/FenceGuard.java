package dev.sluice.apply.write;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.ApplierId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Keeps what bypassed the other side's fence from this shard once this shard has the traffic. Not
 * thread-safe.
 */
final class FenceGuard {

  private final Connection connection;
  private final ApplierId applier;
  private final String gate;

  FenceGuard(Connection connection, String sidecar, ApplierId applier) {
    this.connection = connection;
    this.applier = applier;
    String id =
        new FenceId(
                applier.workflowUuid(), FenceSide.writtenBy(applier.direction()), applier.shard())
            .gate();
    // locked until the transaction ends: nobody opens this side between the look and the commit
    this.gate =
        "SELECT denied FROM "
            + Identifiers.qualified(sidecar, "fence")
            + " WHERE id = "
            + Literals.string(id)
            + " LOCK IN SHARE MODE";
  }

  /**
   * Looks, in the transaction that is to write the cut, whether applications write here.
   *
   * @throws SluiceException FENCE_BYPASSED when they do
   */
  void check(StreamPlace place, String stream) throws SQLException {
    if (!place.bypassed()) {
      return;
    }
    // without a fence here, nobody denies writes here: this side has had the traffic all along
    Optional<String> denied = Queries.text(connection, gate);
    if (denied.filter("1"::equals).isEmpty()) {
      throw new SluiceException(
          ErrorCode.FENCE_BYPASSED,
          "cut "
              + place.cut()
              + " of stream "
              + stream
              + " has rows that were written although the fence denied them; the traffic is on the"
              + " side of applier "
              + applier
              + ", so they are not applied. Executed set there: "
              + place.gtidSet(),
          "find out who wrote them (the newest transactions of that set); write here what is wanted"
              + " of them, then complete or cancel the workflow");
    }
  }
}
