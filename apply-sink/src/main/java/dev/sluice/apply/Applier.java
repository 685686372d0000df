package dev.sluice.apply;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.write.TargetWriter;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.ApplierId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the cuts of all streams to one shard; see docs/design/0004-apply.md.
 *
 * <p>Any error ends it, retryable ones too: a new unit takes the checkpoints over and goes on from
 * what they say.
 */
public final class Applier implements WorkUnit {

  private static final Logger log = LoggerFactory.getLogger(Applier.class);
  private static final Duration TAKEOVER_WAIT = Duration.ofSeconds(20);

  private final ApplierContext context;
  private final ErrorClassifier classifier = new ErrorClassifier();
  private volatile boolean stopped;
  private long[] ownerEpochs = {};

  public Applier(ApplierContext context) {
    this.context = context;
  }

  @Override
  public void run() throws InterruptedException {
    ApplierId applier = context.applier();
    try (ApplierReport report = new ApplierReport(context)) {
      report.stage("starting", "taking over the checkpoints");
      try (Connection connection = open()) {
        own(connection, report);
      } catch (SQLException e) {
        throw report.failed(classifier.classify(e, "apply on " + applier));
      } catch (SluiceException e) {
        throw report.failed(e.code() == ErrorCode.JOURNAL_GAP ? unlessFenced(e) : e);
      } catch (RuntimeException e) {
        throw report.failed(classifier.classifyAny(e, "apply on " + applier));
      }
      report.stage("stopped", "stopped");
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /**
   * A process that was frozen for long and lost its checkpoints misses records that its successor
   * no longer needs: that is no gap.
   */
  private SluiceException unlessFenced(SluiceException gap) {
    if (ownerEpochs.length == 0) {
      return gap;
    }
    Checkpoints checkpoints = new Checkpoints(context.sidecarSchema());
    List<String> streams = context.plan().readShards(context.applier().direction());
    try (Connection connection = open()) {
      for (int stream = 0; stream < ownerEpochs.length; stream++) {
        long epoch =
            checkpoints
                .read(connection, context.applier(), streams.get(stream))
                .map(Checkpoint::ownerEpoch)
                .orElse(0L);
        if (epoch != ownerEpochs[stream]) {
          return new SluiceException(
              ErrorCode.FENCED,
              "applier " + context.applier() + " no longer owns its checkpoints",
              "nothing: another process has taken the work over",
              gap);
        }
      }
      return gap;
    } catch (SQLException e) {
      return classifier.classify(e, "read the checkpoints of " + context.applier());
    } catch (SluiceException e) {
      return e;
    }
  }

  private Connection open() {
    return new MySqlSessions(Checkpoints.programName(context.applier()))
        .open(context.target(), SessionProfile.APPLIER);
  }

  private void own(Connection connection, ApplierReport report)
      throws SQLException, InterruptedException {
    ApplierId applier = context.applier();
    List<String> streams = context.plan().readShards(applier.direction());
    Checkpoints checkpoints = new Checkpoints(context.sidecarSchema());
    if (streams.size() > 1) {
      // a sidecar of an older release has no table for parked rows
      new Sidecar(context.sidecarSchema()).ensure(connection);
    }
    List<StreamPlace> places = new ArrayList<>();
    long[] epochs = new long[streams.size()];
    for (int stream = 0; stream < epochs.length; stream++) {
      Checkpoint owned =
          checkpoints.takeOver(connection, applier, streams.get(stream), TAKEOVER_WAIT);
      epochs[stream] = owned.ownerEpoch();
      places.add(
          new StreamPlace(
              stream, owned.captureEpoch(), owned.cut(), owned.journalOffset(), false, 0, 0, ""));
    }
    ownerEpochs = epochs;
    report.owned(epochs);
    log.atInfo()
        .addKeyValue("applier", applier)
        .addKeyValue("ownerEpoch", epochs[0])
        .addKeyValue("cut", places.get(0).cut())
        .log("applier owns its checkpoints");
    context.pause().at(ApplyPausePoints.APPLY_OWNED);
    TargetWriter writer = TargetWriter.on(connection, context, checkpoints, epochs);
    new ApplyLoop(context, writer, report, () -> stopped).run(places);
  }
}
