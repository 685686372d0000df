package dev.sluice.capture.ddl;

import dev.sluice.capture.stream.DdlPolicy;
import dev.sluice.capture.stream.DdlVerdict;
import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.mysql.ddl.TableName;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.DdlStatement.Action;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.TableShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The workflow's policy on DDL: {@code stop}, {@code ignore} or {@code exec}. Not thread-safe. */
public final class DdlJudge implements DdlPolicy {

  private final String onDdl;
  private final MovePlan plan;
  private final Map<String, String> shapes;
  private final Direction direction;
  private final String schema;
  private final ShapeReader reader;
  private final LongSupplier generation;
  private final Supplier<Optional<String>> runsNothing;
  private boolean denied;

  /**
   * @param onDdl the option
   * @param plan with the shapes
   * @param direction of the stream
   * @param shapes of the last cut
   * @param schema that holds the tables read
   * @param generation of the workflow's record now: it rises when an operator starts the workflow
   *     again
   * @param runsNothing why the appliers may run no DDL; empty when they may
   */
  public DdlJudge(
      String onDdl,
      MovePlan plan,
      Direction direction,
      Map<String, String> shapes,
      String schema,
      ShapeReader reader,
      LongSupplier generation,
      Supplier<Optional<String>> runsNothing) {
    this.onDdl = onDdl;
    this.plan = plan;
    this.shapes = Map.copyOf(shapes);
    this.direction = direction;
    this.schema = schema;
    this.reader = reader;
    this.generation = generation;
    this.runsNothing = runsNothing;
  }

  @Override
  public Map<String, String> shapes() {
    return shapes;
  }

  @Override
  public Map<String, String> present() {
    Map<String, String> present = new HashMap<>();
    boolean copies = direction == Direction.FORWARD;
    boolean several = plan.readShards(direction).size() > 1;
    for (TablePlan table : plan.tables()) {
      reader
          .present(table.schema(), copies && !several)
          .map(now -> new TableShape(now, wasExecuted(table.name())))
          .ifPresent(now -> present.put(table.name(), now.toJson()));
    }
    if (copies && several && !present.isEmpty()) {
      throw StreamErrors.changedSincePlanned(present.keySet());
    }
    return present;
  }

  @Override
  public void denied(boolean denies) {
    denied = denies;
  }

  @Override
  public DdlVerdict judge(SourceEvent.Ddl ddl, DdlStatement held, boolean own) {
    if (own) {
      return pass(ddl, Action.OWN);
    }
    TableDdl read = DdlReader.read(ddl.statement(), schema).orElse(null);
    if (read == null) {
      return DdlVerdict.stop(
          null, StreamErrors.ddlForGood(ddl, "it is not known what the statement does"));
    }
    if (read.effect() == TableDdl.Effect.GONE) {
      return DdlVerdict.stop(null, StreamErrors.ddlForGood(ddl, gone(ddl, read)));
    }
    boolean accepted =
        held != null
            && held.gtid().equals(ddl.gtid())
            && held.generation() < generation.getAsLong();
    boolean prepares = denied && read.effect() != TableDdl.Effect.TRUNCATE;
    if (accepted || prepares) {
      return pass(ddl, Action.CHECK);
    }
    return switch (onDdl) {
      case "ignore" ->
          read.effect() == TableDdl.Effect.TRUNCATE
              ? hold(ddl, held, "rows have gone")
              : pass(ddl, Action.CHECK);
      case "exec" -> run(ddl, held, read);
      default -> hold(ddl, held, null);
    };
  }

  private DdlVerdict run(SourceEvent.Ddl ddl, DdlStatement held, TableDdl read) {
    Optional<String> obstacle = runsNothing.get().or(() -> ExecRules.obstacle(ddl, read, plan));
    return obstacle.isPresent()
        ? hold(ddl, held, "not run by itself: " + obstacle.get())
        : pass(ddl, Action.RUN);
  }

  private DdlVerdict hold(SourceEvent.Ddl ddl, DdlStatement held, String why) {
    boolean known = held != null && held.gtid().equals(ddl.gtid());
    return DdlVerdict.stop(known ? held : statement(ddl, Action.HOLD), StreamErrors.ddl(ddl, why));
  }

  private DdlVerdict pass(SourceEvent.Ddl ddl, Action action) {
    TablePlan table = plan.table(ddl.table());
    TableSchema after = reader.after(ddl, table);
    // without rows on their way the streams may differ for a while
    if (!denied && plan.readShards(direction).size() > 1 && !after.equals(table.schema())) {
      return DdlVerdict.stop(
          null,
          StreamErrors.ddlForGood(
              ddl,
              "several shards are read, whose tables change their columns at different times"));
    }
    Map<String, String> next = new HashMap<>(shapes);
    boolean executed = action == Action.RUN || wasExecuted(ddl.table());
    if (executed || shapes.containsKey(ddl.table()) || !after.equals(table.schema())) {
      next.put(ddl.table(), new TableShape(after, executed).toJson());
    }
    return DdlVerdict.pass(statement(ddl, action), next);
  }

  private boolean wasExecuted(String table) {
    return shapes.containsKey(table) && TableShape.ofJson(shapes.get(table)).executed();
  }

  private DdlStatement statement(SourceEvent.Ddl ddl, Action action) {
    return new DdlStatement(
        ddl.table(), ddl.statement(), ddl.gtid(), action, generation.getAsLong());
  }

  private String gone(SourceEvent.Ddl ddl, TableDdl read) {
    return read.swappedFor(new TableName(schema, ddl.table()))
        .map(
            other ->
                "an online schema change, as gh-ost and pt-online-schema-change do it, put table "
                    + other.table()
                    + " in its place: the rows under this name are others now")
        .orElse("rows have gone, or stand under another name");
  }
}
