package dev.sluice.apply;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.ddl.DefinitionWatch;
import dev.sluice.apply.ddl.OwnStatements;
import dev.sluice.apply.ddl.WrittenTables;
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
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
  private long[] ownerEpochs = {};
  private volatile boolean stopped;

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
      } catch (SQLException | RuntimeException e) {
        SluiceException error = orFenced(classifier.classifyAny(e, "apply on " + applier));
        log.atWarn()
            .addKeyValue("applier", applier)
            .addKeyValue("error", error.code())
            .addKeyValue("retryable", error.retryable())
            .setCause(error)
            .log("applier ends");
        throw report.failed(error);
      }
      report.stage("stopped", "stopped");
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /**
   * A connection that broke may be a successor's doing, who ends the session of whom it replaces;
   * records that are missing may be those that it no longer needs. Then there is nothing to try
   * again, and no gap.
   */
  private SluiceException orFenced(SluiceException error) {
    boolean gap = error.code() == ErrorCode.JOURNAL_GAP;
    if (ownerEpochs.length == 0 || !gap && error.code() != ErrorCode.MYSQL_UNAVAILABLE) {
      return error;
    }
    List<String> streams = context.plan().readShards(context.applier().direction());
    Checkpoints checkpoints = new Checkpoints(context.sidecarSchema());
    try (Connection connection =
        new MySqlSessions("sluice-apply").open(context.target(), SessionProfile.CONTROL)) {
      for (int stream = 0; stream < ownerEpochs.length; stream++) {
        checkpoints.requireOwner(
            connection, context.applier(), streams.get(stream), ownerEpochs[stream]);
      }
      return error;
    } catch (SQLException | RuntimeException e) {
      SluiceException known =
          classifier.classifyAny(e, "read the checkpoints of " + context.applier());
      if (known != error) {
        known.addSuppressed(error);
      }
      // whether there is a gap has to be looked at again by an owner
      return gap || known.code() == ErrorCode.FENCED ? known : error;
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
    report.owned(ownerEpochs);
    log.atInfo()
        .addKeyValue("applier", applier)
        .addKeyValue("ownerEpoch", epochs[0])
        .addKeyValue("cut", places.get(0).cut())
        .log("applier owns its checkpoints");
    context.pause().at(ApplyPausePoints.APPLY_OWNED);
    shapeByShape(connection, report, checkpoints, epochs, places);
  }

  /** Everything that knows the tables' columns is built anew when DDL has changed them. */
  private void shapeByShape(
      Connection connection,
      ApplierReport report,
      Checkpoints checkpoints,
      long[] ownerEpochs,
      List<StreamPlace> begin)
      throws SQLException, InterruptedException {
    List<StreamPlace> places = begin;
    while (!stopped) {
      Map<String, String> shapes = places.get(0).shapes();
      WrittenTables tables =
          WrittenTables.read(connection, context.target().schema(), context.plan(), shapes);
      MovePlan plan = tables.plan();
      ApplierContext shaped = context.withPlan(plan);
      TargetWriter writer = TargetWriter.on(connection, shaped, checkpoints, ownerEpochs, tables);
      OwnStatements own =
          new OwnStatements(
              checkpoints,
              context.applier(),
              plan.readShards(context.applier().direction()).get(0),
              ownerEpochs[0],
              context.target().schema());
      try (DefinitionWatch watch =
          DefinitionWatch.start(
              context.target(),
              plan.tables().stream().map(TablePlan::name).collect(Collectors.toSet()),
              tables.definitions(),
              context.applier().toString())) {
        places =
            new ApplyLoop(shaped, shapes, writer, own, report, watch::changed, () -> stopped)
                .run(places);
      }
    }
  }
}
