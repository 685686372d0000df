package dev.sluice.apply.core;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tables, cuts and changes for the tests of this module. */
public final class Samples {

  public static final String UUID = "11111111-2222-3333-4444-555555555555";

  private Samples() {}

  /** Tables with columns id (the key) and v, sharded by id if the target is. */
  public static MovePlan plan(List<String> sources, List<String> targets, String... tables) {
    VindexSpec byId = new VindexSpec("id", VindexSpec.SHA256);
    return new MovePlan(
        sources,
        targets,
        Stream.of(tables)
            .map(name -> new TablePlan(schema(name), byId, byId, "", "", List.of(), true, 0))
            .toList());
  }

  public static TableSchema schema(String name) {
    return new TableSchema(name, List.of(bigint("id"), bigint("v")), List.of("id"), List.of());
  }

  private static ColumnSchema bigint(String name) {
    return new ColumnSchema(
        name, "bigint", "bigint", ValueKind.INTEGER, 0, 0, false, false, null, null, false, false);
  }

  public static Change change(Op op, long id, long value, long seq) {
    return new Change(
        op,
        new Object[] {id},
        op == Op.DELETE ? null : new Object[] {id, value},
        new SourcePosition(null, "", 0, 0, 0),
        seq);
  }

  public static Cut cut(
      String stream,
      CutKind kind,
      long epoch,
      long number,
      long previousEpoch,
      long lastSeq,
      boolean consistent,
      List<OffsetRange> ranges) {
    return new Cut(
        UUID,
        stream,
        epoch,
        number,
        previousEpoch,
        kind,
        "",
        1_000 * number,
        ranges,
        lastSeq,
        Map.of(),
        List.of(),
        List.of(),
        kind == CutKind.COPY ? new CopyProgress(List.of()) : null,
        -1,
        consistent,
        consistent);
  }

  /** A consistent cut of epoch 1 that ends with a VDiff's marker. */
  public static Cut hold(String stream, long number, long lastSeq, String token) {
    return new Cut(
        UUID,
        stream,
        1,
        number,
        number == 1 ? 0 : 1,
        CutKind.STREAM,
        "",
        1_000 * number,
        List.of(),
        lastSeq,
        Map.of(),
        List.of(new Marker(token, Marker.HOLD)),
        List.of(),
        null,
        -1,
        true,
        true);
  }

  /** A cut of DDL alone, in epoch 1, seq 1. */
  public static Cut ddl(String stream, long number, DdlStatement ddl) {
    return new Cut(
        UUID,
        stream,
        1,
        number,
        1,
        CutKind.STREAM,
        "",
        1_000 * number,
        List.of(),
        1,
        Map.of(),
        List.of(),
        List.of(ddl),
        null,
        -1,
        false,
        false,
        ddl.action() == DdlStatement.Action.HOLD ? Map.of() : Map.of("t", "{}"),
        Map.of(),
        0,
        0,
        List.of());
  }
}
