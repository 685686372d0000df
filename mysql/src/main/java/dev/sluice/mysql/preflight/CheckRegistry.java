package dev.sluice.mysql.preflight;

import dev.sluice.mysql.preflight.check.BinlogFilterCheck;
import dev.sluice.mysql.preflight.check.BinlogRetentionCheck;
import dev.sluice.mysql.preflight.check.ClockSkewCheck;
import dev.sluice.mysql.preflight.check.CollationCheck;
import dev.sluice.mysql.preflight.check.ColumnTypeCheck;
import dev.sluice.mysql.preflight.check.CopyModeCheck;
import dev.sluice.mysql.preflight.check.FenceGrantsCheck;
import dev.sluice.mysql.preflight.check.ForeignKeyCheck;
import dev.sluice.mysql.preflight.check.GeneratedColumnCheck;
import dev.sluice.mysql.preflight.check.GrantCheck;
import dev.sluice.mysql.preflight.check.LeftBehindCheck;
import dev.sluice.mysql.preflight.check.NameCaseCheck;
import dev.sluice.mysql.preflight.check.OlderTargetCheck;
import dev.sluice.mysql.preflight.check.ReadOnlyFenceCheck;
import dev.sluice.mysql.preflight.check.ReplicaChecks;
import dev.sluice.mysql.preflight.check.ReplicaPrimaryCheck;
import dev.sluice.mysql.preflight.check.RowSizeCheck;
import dev.sluice.mysql.preflight.check.ServerVersionCheck;
import dev.sluice.mysql.preflight.check.SourceShardsAlikeCheck;
import dev.sluice.mysql.preflight.check.TableExistsCheck;
import dev.sluice.mysql.preflight.check.TargetKeyCheck;
import dev.sluice.mysql.preflight.check.TargetTableCheck;
import dev.sluice.mysql.preflight.check.TriggerCheck;
import dev.sluice.mysql.preflight.check.UniqueKeyCheck;
import dev.sluice.mysql.preflight.check.UsableKeyCheck;
import dev.sluice.mysql.preflight.check.VariableChecks;
import dev.sluice.mysql.preflight.check.VindexColumnCheck;
import dev.sluice.mysql.preflight.check.WritableMembersCheck;
import dev.sluice.mysql.preflight.check.XaCheck;
import dev.sluice.mysql.preflight.check.ZeroDateCheck;
import java.util.ArrayList;
import java.util.List;

/** Every check, in the order its findings are shown. */
public final class CheckRegistry {

  private static final List<PreflightCheck> ALL = build();

  private CheckRegistry() {}

  public static List<PreflightCheck> all() {
    return ALL;
  }

  private static List<PreflightCheck> build() {
    List<PreflightCheck> checks = new ArrayList<>();
    checks.add(new ServerVersionCheck());
    checks.addAll(VariableChecks.all());
    checks.addAll(ReplicaChecks.all());
    checks.addAll(
        List.of(
            new NameCaseCheck(),
            new ReplicaPrimaryCheck(),
            new WritableMembersCheck(),
            new BinlogFilterCheck(),
            new BinlogRetentionCheck(),
            new GrantCheck(),
            new FenceGrantsCheck(),
            new ReadOnlyFenceCheck(),
            new ClockSkewCheck(),
            new XaCheck(),
            new TableExistsCheck(),
            new SourceShardsAlikeCheck(),
            new UsableKeyCheck(),
            new ColumnTypeCheck(),
            new CopyModeCheck(),
            new RowSizeCheck(),
            new ZeroDateCheck(),
            new GeneratedColumnCheck(),
            new VindexColumnCheck(),
            new UniqueKeyCheck(),
            new ForeignKeyCheck(),
            new TriggerCheck(),
            new CollationCheck(),
            new OlderTargetCheck(),
            new TargetKeyCheck(),
            new TargetTableCheck(),
            new LeftBehindCheck()));
    return List.copyOf(checks);
  }
}
